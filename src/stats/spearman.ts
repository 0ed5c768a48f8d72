/** Spearman's rank correlation. */
import { pearson } from './pearson.js';
import { ranks } from './ranks.js';

/**
 * Correlation of ranks in [−1, 1]: 1 if two rankings agree wholly, −1 if one is the other reversed. It is the
 * measure by which a proxy's ranking of recipes is compared with the target's. Ties get average ranks. NaN for
 * fewer than two pairs, for a sample whose values are all equal, or if any value is NaN.
 *
 * @throws RangeError if the samples differ in length
 * @example spearman([1, 2, 3, 4], [1, 2, 4, 3]) // 0.8
 */
export function spearman(x: ArrayLike<number>, y: ArrayLike<number>): number {
  return pearson(ranks(x), ranks(y));
}
