/**
 * Ways to apply a vocabulary that must agree: ranks of results (Assay, and tiktoken) and a list of merges in order
 * (Hugging Face, which reads the exported file).
 */
import { createRequire } from 'node:module';
import fc from 'fast-check';
import type { Tiktoken } from 'tiktoken/lite';
import { afterAll, describe, expect, test } from 'vitest';
import { bpeTokenizer } from '../../src/tokens/bpe-tokenizer.js';
import { allMerges } from '../../src/tokens/merges.js';
import { gpt2Pattern } from '../../src/tokens/pre-tokens.js';
import { trainBpe } from '../../src/tokens/train-bpe.js';

/** Trained on words of three letters' language, so that tokens overlap in every way that they can. */
const words = new Map([
  ['abcabcab', 9],
  ['aabbaabb', 8],
  ['ccabab', 7],
  ['bcbcbcaa', 7],
  ['aaaaaaa', 6],
  ['cabbage', 5],
  ['abacab', 4],
  ['ccccbaba', 3],
]);
const vocabulary = trainBpe(words, 290);
const merges = allMerges(vocabulary);
const tokenizer = bpeTokenizer({ bpe: vocabulary.length + 1 }, vocabulary);
// Its ES module is loaded with a flag that Node does not have by default.
const tiktoken = createRequire(import.meta.url)('tiktoken/lite') as { Tiktoken: typeof Tiktoken };
const ranks = vocabulary.map((token) => Buffer.from(token, 'latin1').toString('base64'));
const outside = new tiktoken.Tiktoken(`! 0 ${ranks.join(' ')}`, {}, gpt2Pattern);
afterAll(() => outside.free());

/** Hugging Face's rule: of all pairs the merge listed first, leftmost first; a whole word in the vocabulary is taken as it is. */
function encodeByList(word: string): number[] {
  const whole = vocabulary.indexOf(word);
  if (whole >= 0) return [whole];
  const order = new Map(merges.map(({ left, right }, i) => [`${left} ${right}`, i]));
  const ids = [...word].map((character) => vocabulary.indexOf(character));
  for (;;) {
    let best = Number.POSITIVE_INFINITY;
    let at = -1;
    for (let i = 0; i + 1 < ids.length; i++) {
      const index = order.get(`${ids[i]} ${ids[i + 1]}`);
      if (index !== undefined && index < best) [best, at] = [index, i];
    }
    if (at < 0) return ids;
    ids.splice(at, 2, merges[best]!.result);
  }
}

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 30 });

describe('merges of a vocabulary', () => {
  test('are every split of every token, in order of the result', () => {
    for (const { left, right, result } of merges) {
      expect(vocabulary[left]! + vocabulary[right]!).toBe(vocabulary[result]);
    }
    expect(merges.map(({ result }) => result)).toEqual(
      merges.map(({ result }) => result).sort((a, b) => a - b),
    );
    expect(new Set(merges.map(({ result }) => result)).size).toBe(vocabulary.length - 256);
    expect(merges.length).toBeGreaterThan(vocabulary.length - 256);
  });

  test('applied in order give what ranks give', () => {
    fc.assert(
      fc.property(word, (text) => {
        expect([...tokenizer.encode(text)]).toEqual(encodeByList(text));
      }),
      { numRuns: 3000 },
    );
  });

  test('of short and long pieces give what tiktoken gives', () => {
    const long = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(long, (text) => {
        expect(tokenizer.encode(text)).toEqual(outside.encode_ordinary(text));
      }),
      { numRuns: 1000 },
    );
  });
});
