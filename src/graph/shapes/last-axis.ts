/** Softmax, its relatives and normalisation: all work along the last axis. */
import type { Tensor, TensorType } from '../ops.js';
import { lastLength, requireFloats, sameShape, shapeError, showType } from './check.js';
import type { ShapeRules } from './rule.js';

function along(op: 'softmax' | 'standardise' | 'rmsStandardise', x: Tensor): TensorType {
  requireFloats(op, x);
  lastLength(op, x);
  return { shape: x.shape, dtype: 'float32' };
}

function perRow(op: 'inverseDeviation' | 'inverseRms', x: Tensor): TensorType {
  requireFloats(op, x);
  lastLength(op, x);
  return { shape: [...x.shape.slice(0, -1), 1], dtype: 'float32' };
}

export const lastAxisShapes: ShapeRules<
  | 'softmax'
  | 'causalSoftmax'
  | 'logSumExp'
  | 'standardise'
  | 'inverseDeviation'
  | 'layerNorm'
  | 'rmsStandardise'
  | 'inverseRms'
  | 'rmsNorm'
> = {
  softmax: ([x]) => along('softmax', x),
  standardise: ([x]) => along('standardise', x),
  rmsStandardise: ([x]) => along('rmsStandardise', x),

  causalSoftmax([x], { window }) {
    requireFloats('causalSoftmax', x);
    if (lastLength('causalSoftmax', x, 2) < x.shape.at(-2)!) {
      throw shapeError('causalSoftmax', 'scores with no more rows than columns', showType(x));
    }
    if (!(Number.isInteger(window) && window >= 1)) {
      throw shapeError('causalSoftmax', 'a window of at least 1', String(window));
    }
    return { shape: x.shape, dtype: 'float32' };
  },

  logSumExp([x]) {
    requireFloats('logSumExp', x);
    lastLength('logSumExp', x);
    return { shape: x.shape.slice(0, -1), dtype: 'float32' };
  },

  inverseDeviation: ([x]) => perRow('inverseDeviation', x),
  inverseRms: ([x]) => perRow('inverseRms', x),

  rmsNorm([x, gain]) {
    requireFloats('rmsNorm', x, gain);
    const width = [lastLength('rmsNorm', x)];
    if (!sameShape(gain.shape, width)) throw shapeError('rmsNorm', `gain [${width}]`, showType(gain));
    return { shape: x.shape, dtype: 'float32' };
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
