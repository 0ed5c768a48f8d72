/** Softmax, its relatives and normalisation: all work along the last axis. */
import type { Tensor, TensorType } from '../ops.js';
import { lastLength, requireFloats, sameShape, shapeError, showType } from './check.js';
import type { ShapeRules } from './rule.js';

function along(op: 'softmax' | 'standardise', x: Tensor): TensorType {
  requireFloats(op, x);
  lastLength(op, x);
  return { shape: x.shape, dtype: 'float32' };
}

export const lastAxisShapes: ShapeRules<
  'softmax' | 'causalSoftmax' | 'logSumExp' | 'standardise' | 'inverseDeviation' | 'layerNorm'
> = {
  softmax: ([x]) => along('softmax', x),
  standardise: ([x]) => along('standardise', x),

  causalSoftmax([x]) {
    requireFloats('causalSoftmax', x);
    if (lastLength('causalSoftmax', x, 2) !== x.shape.at(-2)) {
      throw shapeError('causalSoftmax', 'square scores […, t, t]', showType(x));
    }
    return { shape: x.shape, dtype: 'float32' };
  },

  logSumExp([x]) {
    requireFloats('logSumExp', x);
    lastLength('logSumExp', x);
    return { shape: x.shape.slice(0, -1), dtype: 'float32' };
  },

  inverseDeviation([x]) {
    requireFloats('inverseDeviation', x);
    lastLength('inverseDeviation', x);
    return { shape: [...x.shape.slice(0, -1), 1], dtype: 'float32' };
  },

  layerNorm([x, gain, bias]) {
    requireFloats('layerNorm', x, gain, bias);
    const width = [lastLength('layerNorm', x)];
    if (!sameShape(gain.shape, width) || !sameShape(bias.shape, width)) {
      const got = [x, gain, bias].map(showType).join(', ');
      throw shapeError('layerNorm', `gain and bias [${width}]`, got);
    }
    return { shape: x.shape, dtype: 'float32' };
  },
};
