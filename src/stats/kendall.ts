/** Kendall's τ-b. */
import { compare } from './compare.js';
import { requireSameLength } from './same-length.js';

/**
 * (concordant − discordant pairs) / √(pairs untied in x · pairs untied in y), in [−1, 1]. Reads as a difference of
 * probabilities, and is less moved than `spearman` by one recipe that is far out of place. NaN for fewer than two
 * pairs, for a sample whose values are all equal, or if any value is NaN. Time grows with the square of the length.
 *
 * @throws RangeError if the samples differ in length
 * @example kendall([1, 2, 3, 4], [1, 2, 4, 3]) // 0.666…
 */
export function kendall(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const n = requireSameLength(x, y);
  let agreement = 0;
  let untiedX = 0;
  let untiedY = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const directionX = compare(x[i]!, x[j]!);
      const directionY = compare(y[i]!, y[j]!);
      agreement += directionX * directionY;
      untiedX += Math.abs(directionX);
      untiedY += Math.abs(directionY);
    }
  }
  return untiedX === 0 || untiedY === 0 ? Number.NaN : agreement / Math.sqrt(untiedX * untiedY);
}
