/**
 * The rule for `learningRate: tiny`: a tenth of the tuned standard rate, kept between the lower end and the upper bound.
 *
 * The lower end wins where the two contradict each other: below it a ranking is one of word frequencies, while the bound
 * is one of a single step, and "theoretical guidance rather than a strict constraint" (arXiv 2512.24503, appendix C).
 */
import type { RateBound, RateChoice } from '../records.js';

/** The rule of thumb of the paper: 1 to 2 orders of magnitude below the tuned standard rate. */
export const ruleOfThumb = (tuned: number): { low: number; high: number } => ({
  low: tuned / 100,
  high: tuned / 10,
});

/**
 * A run must get so many times as far as the point where it has learned word frequencies only: the rate at which a run
 * just ends there is of no use yet.
 */
export const lowerEndMargin = 3;

export interface ChoiceInput {
  tuned: number;
  /** Of SGD, as in the paper, whose figures 7 and 8 hold it against runs with AdamW. */
  bound: Pick<RateBound, 'keeping'>;
  /** The rate at which a run ends at the unigram entropy. */
  lower: number | undefined;
  /** Where half of the updates are rounded away. */
  floor: number | undefined;
  /** Sum of the rates of a run's steps at peak rate 1. */
  reachPerRate: number;
}

/** @returns the rate, to two digits */
export function chooseRate({ tuned, bound, lower, floor, reachPerRate }: ChoiceInput): RateChoice {
  const reasons = [
    `The tuned standard rate of this model and batch is ${show(tuned)}; a tenth of it is ${show(tuned / 10)}.`,
  ];
  const low = Math.max(lowerEndMargin * (lower ?? 0), floor ?? 0);
  const high = bound.keeping?.bound;
  let rate = tuned / 10;
  if (high !== undefined && high < low) {
    reasons.push(
      `The interval is empty: the bound that keeps ${percent(bound.keeping!.share)} of the pairs (${show(high)}) is below the ` +
        `lower end (${show(low)}). The bound is passed over, and effects of the second order may change the ranking.`,
    );
  } else if (high !== undefined && high < rate) {
    rate = high;
    reasons.push(
      `Lowered to the bound that keeps ${percent(bound.keeping!.share)} of the pairs, ${show(high)}.`,
    );
  }
  if (rate < low) {
    rate = low;
    reasons.push(
      low === floor
        ? `Raised to ${show(low)}: below, half of the updates are rounded away.`
        : `Raised to ${show(low)}, ${lowerEndMargin} times the rate at which a run only learns word frequencies (${show(lower!)}).`,
    );
  }
  if (rate > tuned) {
    rate = tuned;
    reasons.push(
      `Capped at the tuned rate: in so few steps a run hardly learns more than word frequencies at any rate. Train on more tokens.`,
    );
  }
  if (lower === undefined)
    reasons.push(
      'No trial came down to the unigram entropy, so the lower end is not known; train on more tokens.',
    );
  const learningRate = Number(rate.toPrecision(2));
  return {
    learningRate,
    reach: learningRate * reachPerRate,
    tuned,
    ...(low > 0 ? { low } : {}),
    ...(high === undefined ? {} : { high }),
    reasons,
  };
}

const show = (rate: number): string => rate.toExponential(1).replace('.0e', 'e').replace('e+0', '');
const percent = (share: number): string => `${Math.round(100 * share)} %`;
