/** Scoring: the log10 of each word and the perplexity of each line that PyPI's kenlm gives, from its ARPA and from ours. */
import { describe, expect, test } from 'vitest';
import {
  type LanguageModel,
  perplexity,
  readLanguageModel,
  Scorer,
  trainLanguageModel,
} from '../../../src/corpus/language-model/index.js';
import { workspace } from '../workspace.js';
import { fixture, kenlmScores } from './fixtures.js';

const { write } = workspace();
const lines = fixture('scored.txt').trim().split('\n');

function expectKenlm(model: LanguageModel, name: string): void {
  for (const [i, line] of lines.entries()) {
    const words: [number, number][] = [];
    const score = new Scorer(model, (_id, log10, order) => words.push([log10, order])).score(line);
    const expected = kenlmScores[name]![i]!;
    expect(words.map(([, order]) => order)).toEqual(expected.words.map(([, order]) => order));
    for (const [at, [log10]] of expected.words.entries()) {
      expect(Math.abs(words[at]![0] / log10 - 1)).toBeLessThan(1e-4);
    }
    expect(Math.abs(perplexity(score)! / expected.perplexity - 1)).toBeLessThan(1e-4);
  }
}

describe.each([
  ['whole', [0]],
  ['pruned', [0, 0, 1]],
  ['vocabulary-pruned', [1]],
])('words and lines under the model %s have the log10 and perplexity that kenlm gives', (name, prune) => {
  test('from the ARPA file of lmplz', () => {
    const model = readLanguageModel(write(`${name}.arpa`, fixture(`${name}.arpa.gz`)), 'raw');
    expectKenlm(model, name);
  });

  test('from our own training', async () => {
    const options = { words: 'raw', discountFallback: true, prune } as const;
    expectKenlm((await trainLanguageModel([fixture('train.txt')], options)).model, name);
  });
});

test('a model that lacks the last words of some n-grams has the scores of kenlm all the same', () => {
  expectKenlm(readLanguageModel(write('gaps.arpa', fixture('gaps.arpa.gz')), 'raw'), 'gaps');
});

describe('a text', () => {
  const model = readLanguageModel(write('model.arpa', fixture('whole.arpa.gz')), 'raw');
  const scorer = new Scorer(model);

  test('has the sum of its lines, lines without words left out', () => {
    const parts = lines.map((line) => scorer.score(line));
    const whole = scorer.score(`\n${lines.join('\n \n')}\n`);
    expect(whole.log10).toBeCloseTo(
      parts.reduce((sum, { log10 }) => sum + log10, 0),
      6,
    );
    expect(whole).toMatchObject({ words: 25 * lines.length, sentences: lines.length });
  });

  test('without words has no perplexity', () => {
    expect(perplexity(scorer.score(' \n\t'))).toBeNull();
    expect(perplexity(scorer.score(''))).toBeNull();
  });

  test('of unknown words only has a finite one, and they are counted', () => {
    const score = scorer.score('xyzzy plugh');
    expect(score.unknown).toBe(2);
    expect(perplexity(score)).toBeGreaterThan(100);
  });

  test('that spells the special words is scored without them', () => {
    expect(scorer.score('<s> the </s> house <unk>')).toEqual(scorer.score('the house'));
  });
});
