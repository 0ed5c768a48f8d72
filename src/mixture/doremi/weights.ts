/**
 * The weights of domains under group DRO, and their running mean (arXiv 2305.10429, Algorithm 1).
 *
 * With the excess losses λ of a step, in nats per token: α′ = α · exp(η λ), then α = (1 − c) α′ / Σ α′ + c / k for k
 * domains. So weights add up to 1, and none falls below c / k.
 */
import { checkDoremi, type DoremiOptions } from './options.js';

export interface DomainWeights {
  /** [domains] Their sum is 1. */
  weights: readonly number[];
  /** [domains] The last excess loss of each, nats per token. */
  excess: readonly number[];
  /** [domains] Sum of the weights that the mean counts. */
  sum: readonly number[];
  /** Weights in the sum. */
  counted: number;
}

/**
 * Before the first step.
 * @param sampling [domains] shares that batches are sampled in
 * @throws AssayError as `checkDoremi`
 */
export function startWeights(
  sampling: readonly number[],
  options: DoremiOptions,
  vocabularySize: number,
): DomainWeights {
  checkDoremi(options);
  const { start, unseenExcess, mean } = options;
  const weights = sampling.map((share) => (start === 'uniform' ? 1 / sampling.length : share));
  const unseen = unseenExcess === 'zero' ? 0 : Math.log(vocabularySize);
  const counts = mean === 'start-and-steps';
  return {
    weights,
    excess: weights.map(() => unseen),
    sum: weights.map((weight) => (counts ? weight : 0)),
    counted: counts ? 1 : 0,
  };
}

/**
 * After a step.
 * @param measured [domains] excess losses in its batch; a domain without one keeps its last
 */
export function updateWeights(
  { weights, excess, sum, counted }: DomainWeights,
  measured: readonly (number | undefined)[],
  { stepSize, smoothing }: DoremiOptions,
): DomainWeights {
  const latest = excess.map((last, d) => measured[d] ?? last);
  // Without the largest excess in every exponent, which cancels, a large step size cannot overflow.
  const largest = Math.max(...latest);
  const raised = weights.map((weight, d) => weight * Math.exp(stepSize * (latest[d]! - largest)));
  const total = raised.reduce((all, weight) => all + weight, 0);
  const next = raised.map((weight) => ((1 - smoothing) * weight) / total + smoothing / weights.length);
  return {
    weights: next,
    excess: latest,
    sum: sum.map((all, d) => all + next[d]!),
    counted: counted + 1,
  };
}

/** The answer so far: the mean of the weights over the steps. */
export function meanWeights({ weights, sum, counted }: DomainWeights): number[] {
  return counted === 0 ? [...weights] : sum.map((all) => all / counted);
}
