/** Checks that shape rules share; each failure is one readable error. */
import { AssayError } from '../../errors.js';
import type { OpName, Shape, Tensor, TensorType } from '../ops.js';

export const showShape = (shape: Shape): string => `[${shape.join(', ')}]`;
export const showType = ({ dtype, shape }: TensorType): string => `${dtype}${showShape(shape)}`;

export const sizeOf = (shape: Shape): number => shape.reduce((product, length) => product * length, 1);

export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((length, axis) => length === b[axis]);

export function shapeError(op: OpName, expected: string, got: string): AssayError {
  return new AssayError(`graph op "${op}"`, 'inputs do not fit', { expected, got });
}

export function requireFloats(op: OpName, ...tensors: readonly Tensor[]): void {
  for (const tensor of tensors) {
    if (tensor.dtype !== 'float32') throw shapeError(op, 'float32 inputs', showType(tensor));
  }
}

export function requireIndices(op: OpName, indices: Tensor): void {
  if (indices.dtype !== 'int32') throw shapeError(op, 'int32 indices', showType(indices));
}

export function requireAxis(op: OpName, x: Tensor, axis: number): void {
  if (!Number.isInteger(axis) || axis < 0 || axis >= x.shape.length) {
    throw shapeError(op, `an axis in 0 … ${x.shape.length - 1}`, String(axis));
  }
}

/** The last length of a tensor that must have at least `rank` axes. */
export function lastLength(op: OpName, x: Tensor, rank = 1): number {
  if (x.shape.length < rank) throw shapeError(op, `at least ${rank} axes`, showType(x));
  return x.shape.at(-1)!;
}

/** NumPy's rule: align at the right; lengths are equal, or one of them is 1. */
export function broadcastShapes(op: OpName, a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[a.length - rank + axis] ?? 1;
    const right = b[b.length - rank + axis] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      throw shapeError(op, 'shapes that broadcast', `${showShape(a)} and ${showShape(b)}`);
    }
    return left === 1 ? right : left;
  });
}
