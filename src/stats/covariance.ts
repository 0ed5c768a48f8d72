/** Sample covariance of two paired samples. */
import { mean } from './mean.js';
import { requireSameLength } from './same-length.js';

/**
 * Unbiased covariance (divisor n − 1), in two passes. NaN for fewer than two pairs or if any value is NaN.
 *
 * @throws RangeError if the samples differ in length
 * @example covariance([1, 2, 3], [2, 4, 6]) // 2
 */
export function covariance(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const n = requireSameLength(x, y);
  if (n < 2) return Number.NaN;
  const centreX = mean(x);
  const centreY = mean(y);
  let products = 0;
  let driftX = 0;
  let driftY = 0;
  for (let i = 0; i < n; i++) {
    const dx = x[i]! - centreX;
    const dy = y[i]! - centreY;
    products += dx * dy;
    driftX += dx;
    driftY += dy;
  }
  return (products - (driftX * driftY) / n) / (n - 1);
}
