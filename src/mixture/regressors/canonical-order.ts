/** An order of training rows that does not depend on the order in which they are given. */
import type { Matrix } from './regressor.js';

/** Indices of the rows, ascending by features, then by target: fits that draw or round then give the same bits. */
export function canonicalOrder({ rows, columns, values }: Matrix, targets: Float64Array): number[] {
  return Array.from({ length: rows }, (_, i) => i).sort((a, b) => {
    for (let j = 0; j < columns; j++) {
      const difference = values[a * columns + j]! - values[b * columns + j]!;
      if (difference !== 0) return difference;
    }
    return targets[a]! - targets[b]!;
  });
}

/** The rows at these indices. */
export function takeRows({ columns, values }: Matrix, indices: readonly number[]): Matrix {
  const taken = new Float64Array(indices.length * columns);
  indices.forEach((i, at) => {
    taken.set(values.subarray(i * columns, (i + 1) * columns), at * columns);
  });
  return { rows: indices.length, columns, values: taken };
}

export function takeValues(values: Float64Array, indices: readonly number[]): Float64Array {
  return Float64Array.from(indices, (i) => values[i]!);
}
