/** Interval of a measure of agreement from its bootstrap draws. */
import { quantile } from './quantile.js';

/**
 * The percentile interval joined with the basic one (percentiles reflected at the estimate). Noise can only scatter a
 * ranking, so resampling noisy means adds noise to noise: the percentile interval of a high rank correlation lies too
 * low, and the basic one, which turns that around, too high where noise is small. Each alone misses the agreement of
 * the noise-free ranking often, together they hold it (`tests/ranking/transfer/coverage.test.ts`).
 *
 * @param draws the measure in each draw; NaN is left out, and with nothing left the ends are NaN
 * @param range least and largest value that the measure can have
 * @example agreementInterval(0.9, [0.7, 0.8, 0.8], 0.95, [-1, 1]) // { low: 0.705, high: 1 }
 */
export function agreementInterval(
  estimate: number,
  draws: readonly number[],
  confidence: number,
  range: readonly [number, number],
): { low: number; high: number } {
  const values = draws.filter((value) => !Number.isNaN(value));
  const outside = (1 - confidence) / 2;
  const [low, high] = [quantile(values, outside), quantile(values, 1 - outside)];
  return {
    low: Math.max(range[0], Math.min(low, 2 * estimate - high)),
    high: Math.min(range[1], Math.max(high, 2 * estimate - low)),
  };
}
