/** Ops that read or write by index. */
import type { OpName, Tensor } from '../ops.js';
import { lastLength, requireFloats, requireIndices, sameShape, shapeError, showType } from './check.js';
import type { ShapeRules } from './rule.js';

const show = (...tensors: readonly Tensor[]): string => tensors.map(showType).join(', ');

function requireOneIndexPerRow(op: OpName, x: Tensor, indices: Tensor): void {
  requireFloats(op, x);
  requireIndices(op, indices);
  lastLength(op, x);
  if (!sameShape(indices.shape, x.shape.slice(0, -1))) {
    throw shapeError(op, 'x […, n] and indices […]', show(x, indices));
  }
}

export const indexShapes: ShapeRules<
  'embedding' | 'scatterAdd' | 'pick' | 'oneHot' | 'put' | 'crossEntropy' | 'tokenCrossEntropy'
> = {
  embedding([table, indices]) {
    requireFloats('embedding', table);
    requireIndices('embedding', indices);
    if (table.shape.length !== 2) throw shapeError('embedding', 'a table [rows, width]', showType(table));
    return { shape: [...indices.shape, table.shape[1]!], dtype: 'float32' };
  },

  scatterAdd([base, indices, updates]) {
    requireFloats('scatterAdd', base, updates);
    requireIndices('scatterAdd', indices);
    const fits = base.shape.length === 2 && sameShape(updates.shape, [...indices.shape, base.shape[1]!]);
    if (!fits) {
      const expected = 'base [rows, width], indices […], updates […, width]';
      throw shapeError('scatterAdd', expected, show(base, indices, updates));
    }
    return { shape: base.shape, dtype: 'float32' };
  },

  pick([x, indices]) {
    requireOneIndexPerRow('pick', x, indices);
    return { shape: indices.shape, dtype: 'float32' };
  },

  oneHot([values, indices], { size }) {
    requireFloats('oneHot', values);
    requireIndices('oneHot', indices);
    if (!sameShape(values.shape, indices.shape) || !Number.isInteger(size) || size < 1) {
      throw shapeError('oneHot', 'values and indices of one shape, size ≥ 1', show(values, indices));
    }
    return { shape: [...values.shape, size], dtype: 'float32' };
  },

  put([x, indices, values]) {
    requireOneIndexPerRow('put', x, indices);
    requireFloats('put', values);
    if (!sameShape(values.shape, indices.shape)) {
      throw shapeError('put', 'indices and values of one shape', show(indices, values));
    }
    return { shape: x.shape, dtype: 'float32' };
  },

  crossEntropy([logits, targets]) {
    requireOneIndexPerRow('crossEntropy', logits, targets);
    return { shape: targets.shape, dtype: 'float32' };
  },

  tokenCrossEntropy([logits, targets, weights]) {
    requireFloats('tokenCrossEntropy', logits, weights);
    requireIndices('tokenCrossEntropy', targets);
    lastLength('tokenCrossEntropy', logits);
    const shape = logits.shape.slice(0, -1);
    if (!sameShape(targets.shape, shape) || !sameShape(weights.shape, shape)) {
      const expected = 'logits […, n], targets […], weights […]';
      throw shapeError('tokenCrossEntropy', expected, show(logits, targets, weights));
    }
    return { shape, dtype: 'float32' };
  },
};
