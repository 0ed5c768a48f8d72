/** Pearson correlation. */
import { covariance } from './covariance.js';
import { variance } from './variance.js';

/**
 * Linear correlation in [−1, 1]. Use it for how nearly two measurements lie on a line; for rankings use `spearman`
 * or `kendall`. NaN for fewer than two pairs, for a constant sample, or if any value is NaN.
 *
 * @throws RangeError if the samples differ in length
 * @example pearson([1, 2, 3], [2, 4, 7]) // 0.9933…
 */
export function pearson(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const shared = covariance(x, y);
  const spread = Math.sqrt(variance(x)) * Math.sqrt(variance(y));
  if (!(spread > 0)) return Number.NaN;
  return Math.max(-1, Math.min(1, shared / spread));
}
