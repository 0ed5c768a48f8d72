/** Bootstrap interval over seeds. */
import type { Random } from '../random.js';
import { mean } from './mean.js';
import { quantile } from './quantile.js';

export interface BootstrapOptions {
  /** Resamples; default 2,000. */
  draws?: number;
  /** Share of resamples inside the interval; default 0.95. */
  confidence?: number;
  /**
   * `true`: every recipe gets the same resampled seeds, as runs of one seed share initial weights and order.
   * `false`: each recipe's seeds are resampled on their own, as the tiny-learning-rate paper does. Default `true`.
   */
  paired?: boolean;
}

/**
 * Percentile interval of a statistic of recipe means when the seeds of each recipe are drawn again with replacement.
 *
 * Use it for statistics without a formula, such as a rank correlation. With two or three seeds it is narrow by nature
 * (the spread of n values resampled is √((n − 1)/n) of the true one), so differences of recipes use t intervals.
 * Resamples in which the statistic is NaN (all recipes equal) are left out; with none left the ends are NaN.
 *
 * @param losses one row a recipe, one value a seed; rows of equal length if `paired`
 * @throws RangeError for unequal rows if paired, or an empty row
 * @example bootstrapSeeds(losses, (means) => spearman(means, target), random) // { low: 0.81, high: 0.97 }
 */
export function bootstrapSeeds(
  losses: readonly (readonly number[])[],
  statistic: (recipeMeans: number[]) => number,
  random: Random,
  options: BootstrapOptions = {},
): { low: number; high: number } {
  const { draws = 2000, confidence = 0.95, paired = true } = options;
  const seeds = losses[0]?.length ?? 0;
  const unequal = losses.find((row) => row.length === 0 || (paired && row.length !== seeds));
  if (unequal) {
    throw new RangeError(
      `bootstrap over seeds: expected ${Math.max(1, seeds)} seeds a recipe, got ${unequal.length}`,
    );
  }
  const values: number[] = [];
  const resample = (count: number) => Array.from({ length: count }, () => random.below(count));
  for (let draw = 0; draw < draws; draw++) {
    const shared = paired ? resample(seeds) : undefined;
    const means = losses.map((row) => mean((shared ?? resample(row.length)).map((seed) => row[seed]!)));
    const value = statistic(means);
    if (!Number.isNaN(value)) values.push(value);
  }
  const outside = (1 - confidence) / 2;
  return { low: quantile(values, outside), high: quantile(values, 1 - outside) };
}
