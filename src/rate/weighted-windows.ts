/** Windows with a weight for each predicted token: a loss is the weighted sum of their tokens' cross-entropies. */
import type { EvaluationDomain } from '../records.js';
import { type EvaluationReader, predictedTokens } from '../validation/index.js';

export interface WeightedWindows {
  /** Token ids [count, context + 1]. */
  windows: Int32Array;
  /** [count, context]. */
  weights: Float32Array;
  count: number;
  context: number;
}

/** The mean over all tokens of the windows. @param windows [n, context + 1] */
export function meanLoss(windows: Int32Array, context: number): WeightedWindows {
  const count = windows.length / (context + 1);
  const weights = new Float32Array(count * context).fill(1 / (count * context));
  return { windows, weights, count, context };
}

/**
 * The study's objective on some of its validation windows: the mean of each domain, times the domain's weight. Windows
 * are taken evenly from each domain; padding weighs nothing.
 * @param most windows of all domains together, at least one a domain
 */
export function validationLoss(reader: EvaluationReader, most: number): WeightedWindows {
  const { context, domains } = reader.evaluation;
  const counted = domains.filter(({ weight }) => weight > 0);
  const total = counted.reduce((sum, { weight }) => sum + weight, 0);
  const parts = counted.map((domain) => ({
    domain,
    share: domain.weight / total,
    chosen: evenly(windowCount(domain, context), Math.max(1, Math.floor(most / counted.length))),
  }));
  const count = parts.reduce((sum, { chosen }) => sum + chosen.length, 0);
  const windows = new Int32Array(count * (context + 1));
  const weights = new Float32Array(count * context);
  let row = 0;
  for (const { domain, share, chosen } of parts) {
    const predicted = predictedTokens(domain);
    const tokensIn = (window: number): number => Math.min(context, predicted - window * context);
    const tokens = chosen.reduce((sum, window) => sum + tokensIn(window), 0);
    const wanted = new Set(chosen);
    let at = 0;
    for (const window of reader.windows(domain.name, 1)) {
      if (wanted.has(at)) {
        windows.set(window, row * (context + 1));
        weights.fill(share / tokens, row * context, row * context + tokensIn(at));
        row++;
      }
      at++;
    }
  }
  return { windows, weights, count, context };
}

/** Passes of exactly `size` windows; the last is filled up with windows that weigh nothing. */
export function* passes(
  { windows, weights, count, context }: WeightedWindows,
  size: number,
): Iterable<{ windows: Int32Array; weights: Float32Array }> {
  for (let first = 0; first < count; first += size) {
    const chunk = {
      windows: new Int32Array(size * (context + 1)),
      weights: new Float32Array(size * context),
    };
    chunk.windows.set(windows.subarray(first * (context + 1), (first + size) * (context + 1)));
    chunk.weights.set(weights.subarray(first * context, (first + size) * context));
    yield chunk;
  }
}

const windowCount = (domain: EvaluationDomain, context: number): number =>
  Math.ceil(predictedTokens(domain) / context);

/** At most `count` of the indices 0 … length − 1, evenly spaced. */
export function evenly(length: number, count: number): number[] {
  const n = Math.min(length, count);
  return Array.from({ length: n }, (_, i) => Math.floor((i * length) / n));
}
