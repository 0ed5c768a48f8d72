/** Log-likelihoods of continuations, one by one and together, against `transformers` and the losses of whole texts. */
import { describe, expect, test } from 'vitest';
import { scoreContinuations, textLosses } from '../../src/model/index.js';
import { hashed } from './hashed.js';
import { cases, modelOf, readFixture, weightsOf } from './parity-fixtures.js';

const tokensOf = (name: string, length: number, vocabularySize: number): Uint32Array =>
  Uint32Array.from(hashed(name, length), (x) => x % vocabularySize);

function difference(found: Float32Array, expected: ArrayLike<number>): number {
  if (found.length !== expected.length) return Number.POSITIVE_INFINITY;
  return Math.max(0, ...found.map((value, i) => Math.abs(value - expected[i]!)));
}

describe.each(cases)('%s', (name) => {
  const fixture = readFixture(`parity-${name}`);
  const { endOfText, continuations } = fixture;
  const model = modelOf(fixture);
  const weights = weightsOf(fixture);
  const items = continuations.map(({ prefixLength, ranks }, i) => ({
    prefix: tokensOf(`prefix ${i}`, prefixLength, model.vocabularySize),
    continuation: tokensOf(`continuation ${i}`, ranks.length, model.vocabularySize),
  }));

  test('continuations have the log-likelihoods and ranks of the library', async () => {
    const scores = await scoreContinuations(model, weights, items, { endOfText });
    for (const [i, { logLikelihoods, ranks }] of scores.entries()) {
      expect(difference(logLikelihoods, continuations[i]!.logLikelihoods)).toBeLessThan(1e-5);
      expect([...ranks]).toEqual(continuations[i]!.ranks);
    }
  });

  test('a continuation has the losses that it has at the end of its text', async () => {
    const scores = await scoreContinuations(model, weights, items, { endOfText });
    for (const [i, { prefix, continuation }] of items.entries()) {
      const before = prefix.length === 0 ? [endOfText] : prefix;
      const text = Uint32Array.of(...before, ...continuation).slice(-(model.context + 1));
      const { losses } = await textLosses(model, weights, text);
      const expected = losses.slice(-continuation.length).map((loss) => -loss);
      expect(difference(scores[i]!.logLikelihoods, expected)).toBeLessThan(1e-5);
    }
  });

  test('each alone has the same bits as all together', async () => {
    const together = await scoreContinuations(model, weights, items, { endOfText });
    for (const [i, item] of items.entries()) {
      expect(await scoreContinuations(model, weights, [item], { endOfText })).toEqual([together[i]]);
    }
  });

  test('passes of one window give the scores of larger ones', async () => {
    const larger = await scoreContinuations(model, weights, items, { endOfText });
    const single = await scoreContinuations(model, weights, items, { endOfText, activationBytes: 0 });
    for (const [i, { logLikelihoods, ranks }] of single.entries()) {
      expect(difference(logLikelihoods, larger[i]!.logLikelihoods)).toBeLessThan(1e-5);
      expect(ranks).toEqual(larger[i]!.ranks);
    }
  });
});

describe('scoreContinuations', () => {
  const fixture = readFixture('parity-gpt2');
  const { vocabularySize, context } = fixture;
  const model = modelOf(fixture);
  const weights = weightsOf(fixture);
  const score = (...pairs: (readonly [prefix: readonly number[], continuation: readonly number[]])[]) =>
    scoreContinuations(
      model,
      weights,
      pairs.map(([prefix, continuation]) => ({
        prefix: Uint32Array.from(prefix),
        continuation: Uint32Array.from(continuation),
      })),
      { endOfText: 0 },
    );

  test('every token of the vocabulary after one prefix: the probabilities add up to 1, the ranks are 0, 1, …', async () => {
    const scores = await score(
      ...Array.from({ length: vocabularySize }, (_, token) => [[5, 6, 7], [token]] as const),
    );
    const likelihoods = scores.map(({ logLikelihoods }) => logLikelihoods[0]!);
    expect(likelihoods.reduce((sum, value) => sum + Math.exp(value), 0)).toBeCloseTo(1, 5);
    const order = [...likelihoods.keys()].sort((a, b) => likelihoods[b]! - likelihoods[a]!);
    expect(order.map((token) => scores[token]!.ranks[0])).toEqual([...likelihoods.keys()]);
  });

  test('more items than fit into a pass come back in their order', async () => {
    // A pass of 32 tokens a window holds 64 windows.
    const pairs = Array.from(
      { length: 150 },
      (_, i) =>
        [
          [i % 7, i % 11],
          [i % 13, i % 5],
        ] as const,
    );
    const scores = await score(...pairs);
    for (const i of [0, 63, 64, 149]) {
      const [prefix, continuation] = pairs[i]!;
      expect(await score([prefix, continuation])).toEqual([scores[i]]);
    }
  });

  test('an empty continuation has no scores, and no items have none', async () => {
    expect(await score([[1], []])).toEqual([
      { logLikelihoods: new Float32Array(), ranks: new Uint32Array() },
    ]);
    expect(await score()).toEqual([]);
  });

  test('a continuation that fills the context keeps one token of its prefix', async () => {
    const continuation = Array.from({ length: context }, (_, i) => i);
    expect(await score([[1, 2, 3, 4], continuation])).toEqual(await score([[4], continuation]));
  });

  test('what cannot be scored is refused by its number', async () => {
    await expect(score([[1], [2]], [[1], Array<number>(context + 1).fill(2)])).rejects.toThrow(
      `continuation 1: longer than the model allows, expected at most ${context} tokens, got ${context + 1}`,
    );
    await expect(score([[vocabularySize], [2]])).rejects.toThrow(
      `continuation 0: token that the model does not know, expected ids below ${vocabularySize}`,
    );
    const some = new Map([...weights].slice(1));
    const [missing] = weights.keys();
    const item = { prefix: Uint32Array.of(1), continuation: Uint32Array.of(2) };
    await expect(scoreContinuations(model, some, [item], { endOfText: 0 })).rejects.toThrow(
      `parameter "${missing}": does not fit the model`,
    );
  });
});
