/** The loss of a model that knows word frequencies and nothing else. */
import type { EvaluationDomain } from '../records.js';
import { type EvaluationReader, predictedTokens } from '../validation/index.js';

/** How often each token occurs. @param windows token ids, in windows that do not overlap */
export function countTokens(windows: Int32Array, vocabularySize: number): Float64Array {
  const counts = new Float64Array(vocabularySize);
  for (const token of windows) counts[token]!++;
  return counts;
}

/**
 * The counts of a mixture: those of its streams, weighted so that each has its share of the tokens.
 * @param parts at least one
 */
export function mixCounts(parts: readonly { share: number; counts: Float64Array }[]): Float64Array {
  const totals = parts.map(({ counts }) => counts.reduce((sum, count) => sum + count, 0));
  const all = totals.reduce((sum, total) => sum + total, 0);
  const mixed = new Float64Array(parts[0]!.counts.length);
  for (const [p, { share, counts }] of parts.entries()) {
    const factor = (share * all) / totals[p]!;
    for (let i = 0; i < mixed.length; i++) mixed[i]! += factor * counts[i]!;
  }
  return mixed;
}

/**
 * Mean nats of a domain's predicted tokens under the frequencies of training tokens, each token counted once more than it
 * occurs (Laplace), because a token that was never seen would cost an infinite loss.
 */
export function unigramEntropy(
  reader: EvaluationReader,
  domain: EvaluationDomain,
  counts: Float64Array,
): number {
  const { context } = reader.evaluation;
  const total = counts.reduce((sum, count) => sum + count, counts.length);
  const nats = counts.map((count) => Math.log(total / (count + 1)));
  const tokens = predictedTokens(domain);
  let left = tokens;
  let sum = 0;
  for (const window of reader.windows(domain.name, 1)) {
    for (let i = 1; i <= Math.min(context, left); i++) sum += nats[window[i]!]!;
    left -= context;
  }
  return sum / tokens;
}
