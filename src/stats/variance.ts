/** Sample variance. */
import { mean } from './mean.js';

/**
 * Unbiased variance (divisor n − 1), in two passes with the correction term of Chan, Golub and LeVeque (1983), so
 * that a mean far from 0 costs no digits. NaN for fewer than two values or if any value is NaN.
 *
 * @example variance([1, 2, 3, 4]) // 1.666…
 */
export function variance(values: ArrayLike<number>): number {
  const n = values.length;
  if (n < 2) return Number.NaN;
  const centre = mean(values);
  let squares = 0;
  let drift = 0;
  for (let i = 0; i < n; i++) {
    const deviation = values[i]! - centre;
    squares += deviation * deviation;
    drift += deviation;
  }
  return (squares - (drift * drift) / n) / (n - 1);
}
