/** The total table of shape rules. */
import { AssayError } from '../../errors.js';
import type { Shape, TensorType } from '../ops.js';
import { showShape } from './check.js';
import { contractionShapes } from './contraction.js';
import { elementwiseShapes } from './elementwise.js';
import { indexShapes } from './index-ops.js';
import { lastAxisShapes } from './last-axis.js';
import { layoutShapes } from './layout.js';
import type { ShapeRules } from './rule.js';

function leaf(name: string, shape: Shape, dtype: TensorType['dtype']): TensorType {
  if (shape.some((length) => !Number.isInteger(length) || length < 1)) {
    throw new AssayError(`graph leaf "${name}"`, 'bad shape', {
      expected: 'positive whole lengths',
      got: showShape(shape),
    });
  }
  return { shape, dtype };
}

export const shapeRules: ShapeRules = {
  parameter: (_, { name, shape }) => leaf(name, shape, 'float32'),
  input: (_, { name, shape, dtype }) => leaf(name, shape, dtype),
  constant: () => ({ shape: [], dtype: 'float32' }),
  ...elementwiseShapes,
  ...layoutShapes,
  ...contractionShapes,
  ...lastAxisShapes,
  ...indexShapes,
};

export { broadcastShapes, sameShape, showShape, showType, sizeOf } from './check.js';
export type { ShapeRules } from './rule.js';
