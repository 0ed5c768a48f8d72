/** Values and slopes of a cost's terms, from predictions alone, so that every regressor can be searched. */
import type { Cost } from './objective.js';

export interface Slopes {
  /** [terms] */
  values: Float64Array;
  /** [terms, free] Derivatives with respect to the shares of the free domains. */
  jacobian: Float64Array;
}

/**
 * Differences of second order: central ones, and one-sided ones where a share is too small to be lowered (a regressor
 * may take logarithms or roots of shares). The points off the simplex by `step` are all predicted in one batch.
 */
export function slopesAt(cost: Cost, mixture: Float64Array, free: readonly number[], step = 1e-6): Slopes {
  const columns = mixture.length;
  const rows = 1 + 2 * free.length;
  const values = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) values.set(mixture, row * columns);
  const isCentral = free.map((domain) => mixture[domain]! >= step);
  free.forEach((domain, i) => {
    values[(1 + 2 * i) * columns + domain]! += step;
    values[(2 + 2 * i) * columns + domain]! += isCentral[i] ? -step : 2 * step;
  });
  const terms = cost.termsAt({ rows, columns, values });
  const jacobian = new Float64Array(cost.terms * free.length);
  for (let term = 0; term < cost.terms; term++)
    free.forEach((_, i) => {
      const [here, first, second] = [0, 1 + 2 * i, 2 + 2 * i].map((row) => terms[row * cost.terms + term]!);
      jacobian[term * free.length + i] = isCentral[i]
        ? (first! - second!) / (2 * step)
        : (4 * first! - 3 * here! - second!) / (2 * step);
    });
  return { values: terms.slice(0, cost.terms), jacobian };
}
