/** The regressors by their names on the command line. */
import { auto } from './ensemble.js';
import { gbdt } from './gbdt.js';
import { gp } from './gp.js';
import { linear } from './linear.js';
import { loglinear } from './loglinear.js';
import type { Regressor } from './regressor.js';

export const regressorNames = ['auto', 'gp', 'gbdt', 'loglinear', 'linear'] as const;
export type RegressorName = (typeof regressorNames)[number];

export const regressors: Record<RegressorName, Regressor> = { auto, gp, gbdt, loglinear, linear };
