/** Share of pairs that two rankings order alike. */
import { compare } from './compare.js';
import { requireSameLength } from './same-length.js';

/**
 * Probability in [0, 1] that a pair of recipes drawn at random is ordered the same way by both samples: the chance
 * that a decision between two recipes is right. A pair tied in both samples counts 1, tied in one only 1/2. NaN for
 * fewer than two values or if any value is NaN.
 *
 * @throws RangeError if the samples differ in length
 * @example pairwiseAgreement([1, 2, 3, 4], [1, 2, 4, 3]) // 5 of 6 pairs: 0.833…
 */
export function pairwiseAgreement(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const n = requireSameLength(x, y);
  let alike = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      alike += 1 - Math.abs(compare(x[i]!, x[j]!) - compare(y[i]!, y[j]!)) / 2;
    }
  }
  return alike / ((n * (n - 1)) / 2);
}
