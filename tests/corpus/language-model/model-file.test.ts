/** Assay's own model files, their buffer in other threads, and broken ones. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type LanguageModel,
  openModel,
  readLanguageModel,
  Scorer,
  trainLanguageModel,
  writeLanguageModel,
} from '../../../src/corpus/language-model/index.js';
import { Random } from '../../../src/random.js';
import { errorOf, workspace } from '../workspace.js';
import { fixture } from './fixtures.js';

const { write, path } = workspace();
const scored = fixture('scored.txt');
let model: LanguageModel;
let bytes: Buffer;

beforeAll(async () => {
  model = (await trainLanguageModel([fixture('train.txt')], { discountFallback: true })).model;
  await writeLanguageModel(path('model.lm'), model);
  bytes = readFileSync(path('model.lm'));
});

test('a model file scores as the model that was written, and remembers how words are split', () => {
  const read = readLanguageModel(path('model.lm'));
  expect(new Scorer(read).score(scored)).toEqual(new Scorer(model).score(scored));
  expect(read).toMatchObject({ order: 5, words: 'normalised' });
});

test('the buffer of a model is shared, not copied', () => {
  const shared = openModel(model.buffer, 'the same model');
  expect(shared.buffer).toBe(model.buffer);
  expect(new Scorer(shared).score(scored)).toEqual(new Scorer(model).score(scored));
});

describe('a model file is refused when', () => {
  const changed = (change: (header: Float64Array, bytes: Buffer) => void) => () => {
    const copy = Buffer.from(new Uint8Array(bytes).buffer);
    change(new Float64Array(copy.buffer, copy.byteOffset, 16), copy);
    return copy;
  };
  const setting = (at: number, value: number) =>
    changed((header) => {
      header[at] = value;
    });
  test.each<[string, () => Buffer, RegExp]>([
    ['it is cut', () => bytes.subarray(0, bytes.length - 8), /as its header says/],
    ['it is its first bytes', () => bytes.subarray(0, 20), /a file that `assay lm train`/],
    ['it is of another format', setting(1, 2), /expected format 1, got 2/],
    ['its order is absurd', setting(2, 1e15), /possible sizes/],
    ['its vocabulary is absurd', setting(4, 1e15), /possible sizes/],
    ['a size is negative', setting(5, -1), /possible sizes/],
    ['a size is no number', setting(6, Number.NaN), /possible sizes/],
    ['a table is absurd', setting(7, 1e300), /possible sizes/],
    ['its vocabulary points outside', changed((_, copy) => copy.fill(0x7f, 200, 400)), /words up to/],
    [
      'its n-grams point outside',
      changed((_, copy) => copy.fill(0x7f, copy.length - 4000)),
      /n-grams of words/,
    ],
  ])('%s', async (_name, content, message) => {
    const file = write('broken.lm', content());
    const error = await errorOf(async () => readLanguageModel(file));
    expect(error).toMatchObject({ name: 'AssayError', message: expect.stringMatching(message) });
  });

  test('it does not exist', async () => {
    const error = await errorOf(async () => readLanguageModel(path('none.lm')));
    expect(error).toMatchObject({
      name: 'AssayError',
      message: expect.stringMatching(/none\.lm: cannot be read/),
    });
  });
});

test('two hundred mutated model files are refused or score, and always end', () => {
  const random = Random.fromSeed(7);
  for (let i = 0; i < 200; i++) {
    const mutated = Buffer.from(bytes);
    // Half of the changes hit the header and the vocabulary.
    const range = i % 2 === 0 ? 4000 : bytes.length;
    for (let change = 0; change < 4; change++) {
      mutated[8 + random.below(range - 8)] = random.below(256);
    }
    try {
      new Scorer(readLanguageModel(write('mutated.lm', mutated))).score(scored);
    } catch (error) {
      expect(error).toMatchObject({ name: 'AssayError' });
    }
  }
});
