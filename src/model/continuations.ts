/** How likely a model finds given continuations: what benchmarks of language models are made of. */
import { AssayError } from '../errors.js';
import { compileContinuationPass, type Item } from './continuation-pass.js';
import { type PassShape, passShape } from './continuation-shapes.js';
import type { Model } from './model.js';
import { requireKnownTokens } from './weights.js';

export interface Continuation {
  /** Tokens that are given; may be empty. */
  prefix: Uint32Array;
  /** Tokens that are scored. */
  continuation: Uint32Array;
}

export interface ContinuationScore {
  /** Of each token of the continuation, given all before it: nats, at most 0. */
  logLikelihoods: Float32Array;
  /** How many tokens of the vocabulary are likelier: 0 where the token is what greedy decoding would choose. */
  ranks: Uint32Array;
}

export interface ScoreOptions {
  /** Token that stands before a continuation without prefix, as in EleutherAI's evaluation harness. */
  endOfText: number;
  /** Default 1. */
  threads?: number;
  /** Bytes for the activations of a pass; a pass has one window at least. Default 384 MiB. */
  activationBytes?: number;
}

/**
 * Scores in the order of `items`. Of a prefix that is too long the last tokens are kept.
 *
 * Items of similar lengths share passes of one shape, filled up on the right, which no earlier token of a causal model
 * sees. An item's shape depends on the item alone, so that its score does not depend on the other items.
 *
 * @param parameters by name; of learned positions, the first are used
 * @throws AssayError for a continuation of more than `model.context` tokens, an id that is not in the vocabulary, or a
 *   parameter that does not fit
 */
export async function scoreContinuations(
  model: Model,
  parameters: ReadonlyMap<string, Float32Array>,
  items: readonly Continuation[],
  { endOfText, threads = 1, activationBytes = 384 * 2 ** 20 }: ScoreOptions,
): Promise<ContinuationScore[]> {
  const scores = items.map(({ continuation: { length } }) => ({
    logLikelihoods: new Float32Array(length),
    ranks: new Uint32Array(length),
  }));
  for (const { shape, members } of groupByShape(model, items, endOfText, activationBytes)) {
    const pass = await compileContinuationPass(model, parameters, shape, threads);
    try {
      for (let start = 0; start < members.length; start += shape.batch) {
        const group = members.slice(start, start + shape.batch);
        for (const [i, { losses, ranks }] of (await pass.score(group)).entries()) {
          const score = scores[group[i]!.index]!;
          // Rounding can make the loss of a token that is all but certain a little negative.
          score.logLikelihoods.set(losses.map((loss) => Math.min(0, -loss)));
          score.ranks.set(ranks);
        }
      }
    } finally {
      await pass.dispose();
    }
  }
  return scores;
}

interface Member extends Item {
  /** Which of the items it is. */
  index: number;
}

function groupByShape(
  model: Model,
  items: readonly Continuation[],
  endOfText: number,
  activationBytes: number,
): Iterable<{ shape: PassShape; members: Member[] }> {
  const groups = new Map<string, { shape: PassShape; members: Member[] }>();
  for (const [index, item] of items.entries()) {
    const scored = item.continuation.length;
    if (scored === 0) continue;
    const tokens = joined(model, `continuation ${index}`, item, endOfText);
    const shape = passShape(model, tokens.length - 1, scored, activationBytes);
    const key = `${shape.context} ${shape.scored}`;
    const group = groups.get(key) ?? { shape, members: [] };
    group.members.push({ index, tokens, scored });
    groups.set(key, group);
  }
  return groups.values();
}

/** At most context + 1 tokens, of which the first is not predicted. */
function joined(
  { context, vocabularySize }: Model,
  subject: string,
  { prefix, continuation }: Continuation,
  endOfText: number,
): Uint32Array {
  if (continuation.length > context) {
    throw new AssayError(subject, 'longer than the model allows', {
      expected: `at most ${context} tokens`,
      got: String(continuation.length),
    });
  }
  const given = prefix.length === 0 ? Uint32Array.of(endOfText) : prefix;
  const kept = given.slice(Math.max(0, given.length + continuation.length - (context + 1)));
  const tokens = new Uint32Array(kept.length + continuation.length);
  tokens.set(kept);
  tokens.set(continuation, kept.length);
  requireKnownTokens(subject, tokens, vocabularySize);
  return tokens;
}
