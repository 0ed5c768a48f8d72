/** Windows with a weight for each predicted token: a loss is the weighted sum of their tokens' cross-entropies. */
import type { EvaluationDomain } from '../records.js';
import { type EvaluationReader, predictedTokens } from './open.js';

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
 * The study's objective on some of its validation windows: the mean of each domain, times the domain's weight.
 * @param most windows of all domains together, at least one a domain
 */
export function validationLoss(reader: EvaluationReader, most: number): WeightedWindows {
  const counted = reader.evaluation.domains.filter(({ weight }) => weight > 0);
  const total = counted.reduce((sum, { weight }) => sum + weight, 0);
  const each = Math.floor(most / counted.length);
  const parts = counted.map((domain) => meanOfDomain(reader, domain, each, domain.weight / total));
  const { context } = reader.evaluation;
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const windows = new Int32Array(count * (context + 1));
  const weights = new Float32Array(count * context);
  let row = 0;
  for (const part of parts) {
    windows.set(part.windows, row * (context + 1));
    weights.set(part.weights, row * context);
    row += part.count;
  }
  return { windows, weights, count, context };
}

/**
 * The mean loss of a domain on some of its windows, taken evenly; padding weighs nothing.
 * @param most windows, at least one is taken
 * @param weight what the mean counts
 */
export function meanOfDomain(
  reader: EvaluationReader,
  domain: EvaluationDomain,
  most: number,
  weight = 1,
): WeightedWindows {
  const { context } = reader.evaluation;
  const predicted = predictedTokens(domain);
  const tokensIn = (window: number): number => Math.min(context, predicted - window * context);
  const chosen = evenly(Math.ceil(predicted / context), Math.max(1, most));
  const tokens = chosen.reduce((sum, window) => sum + tokensIn(window), 0);
  const windows = new Int32Array(chosen.length * (context + 1));
  const weights = new Float32Array(chosen.length * context);
  const rows = new Map(chosen.map((window, row) => [window, row]));
  let at = 0;
  for (const window of reader.windows(domain.name, 1)) {
    const row = rows.get(at);
    if (row !== undefined) {
      windows.set(window, row * (context + 1));
      weights.fill(weight / tokens, row * context, row * context + tokensIn(at));
    }
    at++;
  }
  return { windows, weights, count: chosen.length, context };
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

/** At most `count` of the indices 0 … length − 1, evenly spaced. */
export function evenly(length: number, count: number): number[] {
  const n = Math.min(length, count);
  return Array.from({ length: n }, (_, i) => Math.floor((i * length) / n));
}
