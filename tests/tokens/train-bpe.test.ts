import { describe, expect, test } from 'vitest';
import { countWords } from '../../src/tokens/count-words.js';
import { trainBpe } from '../../src/tokens/train-bpe.js';
import { testDocuments } from './documents.js';

/** The definition, with every pair counted again before each merge. */
function trainNaively(counts: Map<string, number>, size: number): string[] {
  const words = [...counts].map(([word, frequency]) => ({
    frequency,
    tokens: [...Buffer.from(word).toString('latin1')],
  }));
  const vocabulary = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte));
  while (vocabulary.length < size) {
    const pairs = new Map<string, { left: number; right: number; count: number }>();
    for (const { tokens, frequency } of words) {
      for (let i = 0; i + 1 < tokens.length; i++) {
        const [left, right] = [vocabulary.indexOf(tokens[i]!), vocabulary.indexOf(tokens[i + 1]!)];
        const pair = pairs.get(`${left},${right}`) ?? { left, right, count: 0 };
        pair.count += frequency;
        pairs.set(`${left},${right}`, pair);
      }
    }
    const [best] = [...pairs.values()].sort(
      (a, b) => b.count - a.count || a.left - b.left || a.right - b.right,
    );
    if (best === undefined || best.count < 2) break;
    const [left, right] = [vocabulary[best.left]!, vocabulary[best.right]!];
    if (!vocabulary.includes(left + right)) vocabulary.push(left + right);
    for (const word of words) {
      const merged: string[] = [];
      for (let i = 0; i < word.tokens.length; i++) {
        if (word.tokens[i] === left && word.tokens[i + 1] === right) {
          merged.push(left + right);
          i++;
        } else merged.push(word.tokens[i]!);
      }
      word.tokens = merged;
    }
  }
  return vocabulary;
}

function wordsOf(texts: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) countWords(text, counts);
  return counts;
}

describe('BPE training', () => {
  test('makes the merges of the example of Sennrich et al. (2016)', () => {
    // Algorithm 1 of the paper without its end-of-word symbol; its ties (es, st: 9 each) go to the lower ids here.
    const words = new Map([
      ['low', 5],
      ['lower', 2],
      ['newest', 6],
      ['widest', 3],
    ]);
    expect(trainBpe(words, 262).slice(256)).toEqual(['es', 'est', 'lo', 'low', 'ew', 'new']);
  });

  test('gives what counting everything again before each merge gives', () => {
    const words = wordsOf(testDocuments(3, 40));
    expect(trainBpe(words, 420)).toEqual(trainNaively(words, 420));
  });

  test('counts overlapping pairs of a run as the definition does', () => {
    const words = new Map([
      ['aaaaaaa', 3],
      ['aaaa', 2],
      ['baab', 4],
    ]);
    expect(trainBpe(words, 300)).toEqual(trainNaively(words, 300));
  });

  test('does not depend on the order of the texts', () => {
    const texts = testDocuments(4, 60);
    expect(trainBpe(wordsOf(texts.toReversed()), 500)).toEqual(trainBpe(wordsOf(texts), 500));
  });

  test('stops when no pair occurs twice', () => {
    expect(trainBpe(new Map([['abcab', 1]]), 300).slice(256)).toEqual(['ab']);
  });

  test('runs of filler are no words', () => {
    expect(wordsOf([`${'='.repeat(257)} ok`])).toEqual(new Map([[' ok', 1]]));
  });
});
