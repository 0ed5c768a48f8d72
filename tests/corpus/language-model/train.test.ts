/** Training: the same n-grams, probabilities and back-off weights as KenLM's lmplz, and probabilities that add up. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  type LanguageModel,
  Scorer,
  trainLanguageModel,
  writeLanguageModel,
} from '../../../src/corpus/language-model/index.js';
import { errorOf, workspace } from '../workspace.js';
import { arpaGrams, fixture } from './fixtures.js';

const { path } = workspace();
const text = fixture('train.txt');
const raw = { words: 'raw', discountFallback: true } as const;

async function trainedArpa(name: string, prune: number[]): Promise<string> {
  const { model } = await trainLanguageModel([text], { ...raw, prune });
  await writeLanguageModel(path(`${name}.arpa`), model);
  return readFileSync(path(`${name}.arpa`), 'utf8');
}

/** Sum of the probabilities of all words, an unknown one and the line's end after a history. */
function sumAfter(model: LanguageModel, history: string): number {
  let log10s: number[] = [];
  const scorer = new Scorer(model, (_word, log10) => log10s.push(log10));
  const at = history.split(' ').length;
  let sum = 0;
  for (let id = 0; id < model.vocabulary.count; id++) {
    const word = model.vocabulary.word(id);
    if (word === '<s>') continue;
    log10s = [];
    scorer.score(`${history} ${word === '<unk>' ? 'xyzzy' : word}`);
    // The special word </s> adds nothing to the text, whose end is then what follows the history.
    sum += 10 ** log10s[at]!;
  }
  return sum;
}

describe('a trained model', () => {
  test.each([
    ['whole', [0]],
    ['pruned', [0, 0, 1]],
    ['vocabulary-pruned', [1]],
  ])('has the n-grams, probabilities and back-offs of lmplz: %s', async (name, prune) => {
    const ours = arpaGrams(await trainedArpa(name, prune));
    const theirs = arpaGrams(fixture(`${name}.arpa.gz`));
    expect([...ours.keys()].sort()).toEqual([...theirs.keys()].sort());
    for (const [gram, expected] of theirs) {
      for (const i of [0, 1]) {
        // lmplz computes in float32, which has no more digits for probabilities near 1.
        const tolerance = 1e-4 * Math.max(Math.abs(expected[i]!), 1e-3);
        expect(Math.abs(ours.get(gram)![i]! - expected[i]!), gram).toBeLessThan(tolerance);
      }
    }
  });

  test.each([[[0]], [[0, 1]], [[1, 1, 2]]])(
    'gives all words after a history probabilities that add up to 1, pruned by %j',
    async (prune) => {
      const { model } = await trainLanguageModel([text], { ...raw, prune });
      const histories = ['the', 'of the', 'the united states', 'unheard of', 'house of representatives :'];
      for (const history of histories) expect(sumAfter(model, history), history).toBeCloseTo(1, 4);
    },
  );

  test('is the same bytes each time, however its text is cut into documents', async () => {
    const once = await trainLanguageModel([text], raw);
    const lines = await trainLanguageModel(text.split('\n'), raw);
    expect(Buffer.from(lines.model.buffer).equals(Buffer.from(once.model.buffer))).toBe(true);
    expect(once).toMatchObject({ sentences: 60, words: 1500 });
  });
});

describe('training refuses', () => {
  test.each([
    ['text without words', ' \n\n', {}, /training text: holds no words/],
    [
      'text too small to estimate discounts from',
      'a b c',
      {},
      /1-grams of the training text.*--discount-fallback/,
    ],
    ['unigrams alone', text, { order: 1 }, /expected an order from 2 to 10, got 1/],
    ['longer n-grams than 10', text, { order: 11 }, /expected an order from 2 to 10, got 11/],
    ['pruning that falls with the order', text, { prune: [0, 2, 1] }, /that do not fall, got 0 2 1/],
  ])('%s', async (_name, given, options, message) => {
    const error = await errorOf(() => trainLanguageModel([given], options));
    expect(error).toMatchObject({ name: 'AssayError', message: expect.stringMatching(message) });
  });
});
