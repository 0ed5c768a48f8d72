/** How far recipes lie apart, whatever a few outliers do. */
import { mean, quantile, variance } from '../../stats/index.js';
import { spreadCut } from './constants.js';

/** Of a normal distribution, the standard deviation over the median absolute deviation. */
const normalDeviations = 1.4826;

/** Standard deviation of values whose deviations from the median are cut off. 0 for fewer than two. */
export function robustSpread(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const middle = quantile(values, 0.5);
  const deviations = values.map((value) => value - middle);
  const typical = normalDeviations * quantile(deviations.map(Math.abs), 0.5);
  // Where more than half are equal, the rest is not an outlier.
  const limit = typical === 0 ? Number.POSITIVE_INFINITY : spreadCut * typical;
  return Math.sqrt(variance(deviations.map((each) => Math.max(-limit, Math.min(limit, each)))));
}

/** Values less their mean. */
export function centred(values: readonly number[]): number[] {
  const middle = mean(values);
  return values.map((value) => value - middle);
}
