/** Ops that move numbers, or sum them, without looking at their values. */
import type { Shape } from '../ops.js';
import {
  broadcastShapes,
  requireAxis,
  requireFloats,
  sameShape,
  shapeError,
  showShape,
  showType,
  sizeOf,
} from './check.js';
import type { ShapeRules } from './rule.js';

const withLength = (shape: Shape, axis: number, length: number): Shape =>
  shape.map((old, i) => (i === axis ? length : old));

export const layoutShapes: ShapeRules<
  'reshape' | 'transpose' | 'slice' | 'pad' | 'concatenate' | 'broadcast' | 'reduceSum' | 'after'
> = {
  reshape([x], { shape }) {
    if (sizeOf(shape) !== sizeOf(x.shape)) {
      throw shapeError('reshape', `${sizeOf(x.shape)} entries as in ${showType(x)}`, showShape(shape));
    }
    return { shape, dtype: x.dtype };
  },

  transpose([x], { permutation }) {
    const sorted = [...permutation].sort((a, b) => a - b);
    if (sorted.length !== x.shape.length || sorted.some((axis, i) => axis !== i)) {
      throw shapeError('transpose', `a permutation of the axes of ${showType(x)}`, showShape(permutation));
    }
    return { shape: permutation.map((axis) => x.shape[axis]!), dtype: x.dtype };
  },

  slice([x], { axis, start, end }) {
    requireAxis('slice', x, axis);
    if (!(0 <= start && start < end && end <= x.shape[axis]!)) {
      throw shapeError('slice', `0 ≤ start < end ≤ ${x.shape[axis]}`, `${start} … ${end}`);
    }
    return { shape: withLength(x.shape, axis, end - start), dtype: x.dtype };
  },

  pad([x], { axis, before, after }) {
    requireFloats('pad', x);
    requireAxis('pad', x, axis);
    if (before < 0 || after < 0) throw shapeError('pad', 'lengths ≥ 0', `${before}, ${after}`);
    return { shape: withLength(x.shape, axis, before + x.shape[axis]! + after), dtype: 'float32' };
  },

  concatenate(inputs, { axis }) {
    const first = inputs[0];
    if (first === undefined) throw shapeError('concatenate', 'at least one input', 'none');
    requireAxis('concatenate', first, axis);
    let length = 0;
    for (const x of inputs) {
      if (x.dtype !== first.dtype || !sameShape(withLength(x.shape, axis, first.shape[axis]!), first.shape)) {
        throw shapeError('concatenate', `${showType(first)}, any length of axis ${axis}`, showType(x));
      }
      length += x.shape[axis]!;
    }
    return { shape: withLength(first.shape, axis, length), dtype: first.dtype };
  },

  broadcast([x], { shape }) {
    requireFloats('broadcast', x);
    if (!sameShape(broadcastShapes('broadcast', x.shape, shape), shape)) {
      throw shapeError('broadcast', `a shape that ${showType(x)} broadcasts to`, showShape(shape));
    }
    return { shape, dtype: 'float32' };
  },

  reduceSum([x], { axes, keepDimensions }) {
    requireFloats('reduceSum', x);
    for (const axis of axes) requireAxis('reduceSum', x, axis);
    const shape = keepDimensions
      ? x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length))
      : x.shape.filter((_, axis) => !axes.includes(axis));
    return { shape, dtype: 'float32' };
  },

  after([x, earlier]) {
    requireFloats('after', x, earlier);
    if (x.shape.length !== 2 || earlier.shape.length !== 2) {
      throw shapeError('after', 'two matrices', `${showType(x)}, ${showType(earlier)}`);
    }
    return { shape: x.shape, dtype: 'float32' };
  },
};
