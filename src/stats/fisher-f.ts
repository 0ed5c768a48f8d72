/** Fisher's F distribution. */
import { incompleteBeta } from './incomplete-beta.js';

/**
 * P(F > f): the p-value of a ratio of two independent mean squares with `above` and `below` degrees of freedom.
 * 1 for f ≤ 0, 0 for ∞, NaN for NaN.
 *
 * @example fisherFTail(13.745, 1, 6) // 0.01
 */
export function fisherFTail(f: number, above: number, below: number): number {
  if (Number.isNaN(f)) return Number.NaN;
  if (f <= 0) return 1;
  if (f === Number.POSITIVE_INFINITY) return 0;
  return incompleteBeta(below / (below + above * f), below / 2, above / 2);
}
