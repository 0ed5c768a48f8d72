/** Mixing laws with known coefficients: fits whose optima can be found by other means. */
import type { FittedMetric } from '../../../src/mixture/proposers/objective.js';

/** loss = exp(floor) + exp(slopes · shares): log-linear, convex in the shares. */
export function logLinearLaw(name: string, floor: number, slopes: readonly number[]): FittedMetric {
  return lawOf(name, slopes.length, (shares) => {
    let exponent = 0;
    for (let i = 0; i < slopes.length; i++) exponent += slopes[i]! * shares[i]!;
    return Math.exp(floor) + Math.exp(exponent);
  });
}

export function lawOf(
  name: string,
  features: number,
  loss: (shares: Float64Array) => number,
  better: 'lower' | 'higher' = 'lower',
): FittedMetric {
  return {
    name,
    better,
    fit: {
      features,
      predict: ({ rows, columns, values }) =>
        Float64Array.from({ length: rows }, (_, row) =>
          loss(values.subarray(row * columns, (row + 1) * columns)),
        ),
      toJson: () => ({ regressor: 'law' }),
    },
  };
}
