/** Arithmetic mean. */
import { sum } from './sum.js';

/**
 * Mean with a compensated sum. The mean of nothing is NaN; any NaN makes the mean NaN.
 *
 * @example mean([1, 2, 6]) // 3
 */
export function mean(values: ArrayLike<number>): number {
  return sum(values) / values.length;
}
