/** The total table of gradient rules. */
import { contractionGradients } from './contraction.js';
import { elementwiseGradients } from './elementwise.js';
import { indexGradients } from './index-ops.js';
import { lastAxisGradients } from './last-axis.js';
import { layoutGradients } from './layout.js';
import type { GradientRules } from './rule.js';

export const gradientRules: GradientRules = {
  parameter: () => [],
  input: () => [],
  constant: () => [],
  ...elementwiseGradients,
  ...layoutGradients,
  ...contractionGradients,
  ...lastAxisGradients,
  ...indexGradients,
};
