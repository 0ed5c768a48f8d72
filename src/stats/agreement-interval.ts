/** Interval of a measure of agreement from its bootstrap draws. */
import { quantile } from './quantile.js';

/** A measure of agreement as the correlation of two normal samples that would show it, which noise lowers in proportion. */
export interface AgreementScale {
  toCorrelation: (value: number) => number;
  fromCorrelation: (correlation: number) => number;
}

const kendallScale: AgreementScale = {
  toCorrelation: (tau) => Math.sin((Math.PI / 2) * tau),
  fromCorrelation: (correlation) => (2 / Math.PI) * Math.asin(correlation),
};

/** Spearman's is taken as it is: it differs from the correlation by less than 0.02. */
export const agreementScales = {
  spearman: { toCorrelation: (rho) => rho, fromCorrelation: (correlation) => correlation },
  kendall: kendallScale,
  pairwise: {
    toCorrelation: (share) => kendallScale.toCorrelation(2 * share - 1),
    fromCorrelation: (correlation) => (1 + kendallScale.fromCorrelation(correlation)) / 2,
  },
} satisfies Record<string, AgreementScale>;

/**
 * The percentile interval joined with the basic one (percentiles reflected at the estimate, on the scale of a
 * correlation). Noise can only scatter a ranking, so resampling noisy means adds noise to noise: the percentile interval
 * of a high agreement lies too low, and the basic one, which turns that around, too high where noise is small. Each
 * alone misses the agreement of the noise-free ranking often, together they hold it
 * (`tests/ranking/transfer/coverage.test.ts`).
 *
 * @param draws the measure in each draw; NaN is left out, and with nothing left the ends are NaN
 * @example agreementInterval(0.9, [0.7, 0.8, 0.8], 0.95, agreementScales.spearman) // { low: 0.705, high: 1 }
 */
export function agreementInterval(
  estimate: number,
  draws: readonly number[],
  confidence: number,
  { toCorrelation, fromCorrelation }: AgreementScale,
): { low: number; high: number } {
  const values = draws.filter((value) => !Number.isNaN(value));
  const outside = (1 - confidence) / 2;
  const [low, high] = [quantile(values, outside), quantile(values, 1 - outside)];
  const reflected = (value: number) => {
    const correlation = 2 * toCorrelation(estimate) - toCorrelation(value);
    return fromCorrelation(Math.min(1, Math.max(-1, correlation)));
  };
  return { low: Math.min(low, reflected(high)), high: Math.max(high, reflected(low)) };
}
