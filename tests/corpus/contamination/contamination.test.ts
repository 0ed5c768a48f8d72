import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  buildContaminationIndex,
  contaminationColumns,
  contaminationGroup,
} from '../../../src/corpus/contamination/index.js';
import { DocumentText } from '../../../src/corpus/signals/document-text.js';
import { demoTexts } from '../duplicates/sources.js';
import { errorOf, workspace } from '../workspace.js';
import { contaminationByDefinition, indexed } from './brute-force.js';

const place = workspace();
const file = place.path('index.bin');

async function build(texts: string[]) {
  async function* stream() {
    for (const text of texts) yield { text };
  }
  return buildContaminationIndex(stream(), file);
}

/** Values of the group's columns for each document. */
async function measure(documents: string[]) {
  const measureOne = await contaminationGroup({ index: file, hash: 'test' }).open();
  return documents.map((text) => measureOne(new DocumentText(text)).values);
}

/** Texts of few different words, so that long n-grams occur by chance; case and punctuation vary. */
const word = fc.constantFrom('to', 'be', 'Or', 'not', "that's", 'IS.', '42,');
const chorus =
  'to be or not to be that is the question whether it is nobler in the mind to suffer the slings';
const someText = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: word },
      {
        weight: 1,
        arbitrary: fc.nat(12).map((n) =>
          chorus
            .split(' ')
            .slice(0, n + 8)
            .join(' '),
        ),
      },
    ),
    { maxLength: 25 },
  )
  .map((words) => words.join(' '));

describe('contamination', () => {
  test('is what counting on sets of strings gives, for any index and document', async () => {
    const texts = fc.array(someText, { maxLength: 6 });
    let contaminated = 0;
    await fc.assert(
      fc.asyncProperty(texts, texts, async (validation, documents) => {
        await build(validation);
        const index = indexed(validation);
        const expected = documents.map((text) => contaminationByDefinition(text, index));
        expect(await measure(documents)).toEqual(expected);
        contaminated += expected.filter(([, ngrams]) => ngrams! > 0).length;
      }),
      { numRuns: 200 },
    );
    expect(contaminated).toBeGreaterThan(50);
  });

  test('is what counting on sets of strings gives, on 30 speeches against 30 others and 2,000 glosses', async () => {
    const plain = (text: string) => text.replace(/[^a-zA-Z ]+/g, ' ');
    const speeches = demoTexts('speeches').map(plain);
    const texts = [...speeches.slice(0, 30), ...demoTexts('dictionary').slice(0, 2000).map(plain)];
    // Speeches that quote an indexed one at length.
    const documents = speeches.slice(30, 60).map((text, i) => text + texts[i]!.slice(500 * i, 700 * i));
    const counts = await build(texts);
    const index = indexed(texts);
    expect(counts.ngrams).toBe(index.size);
    const expected = documents.map((text) => contaminationByDefinition(text, index));
    expect(expected.filter(([, ngrams]) => ngrams! > 100).length).toBeGreaterThan(20);
    expect(await measure(documents)).toEqual(expected);
  });

  test('of a short benchmark question is found inside a document; fewer than 8 words stand for nothing', async () => {
    const counts = await build([
      'Which planet of our system has the most moons?',
      'Which planet has the most moons?',
    ]);
    expect(counts).toEqual({ texts: 2, tooShort: 1, ngrams: 1 });
    expect(
      await measure([
        'A quiz. Which planet, of our system, has the MOST moons? Saturn',
        'Which planet has the most moons?',
        ' ',
      ]),
    ).toEqual([
      [9 / 12, 1],
      [0, 0],
      [null, 0],
    ]);
  });

  test('has the columns that are described, and depends on what the index was built from', () => {
    const group = contaminationGroup({ index: file, hash: 'abc' });
    expect(group.columns).toBe(contaminationColumns);
    expect(group.columns.map(({ name }) => name)).toEqual(['contamination', 'contaminated_ngrams']);
    expect(group.inputs).toBe('abc');
  });

  test.each([
    ['empty', Buffer.alloc(0)],
    ['something else', Buffer.from('{"text": "hello"}\n'.repeat(20))],
    ['cut off', undefined],
  ])('an index file that is %s is refused', async (_, bytes) => {
    await build([chorus]);
    const broken = place.write('broken.bin', bytes ?? readFileSync(file).subarray(0, -1));
    const error = await errorOf(() => contaminationGroup({ index: broken, hash: '' }).open());
    expect(String(error)).toMatch('broken.bin: not a whole contamination index');
  });

  test('an index file that is missing is named', async () => {
    const error = await errorOf(() => contaminationGroup({ index: place.path('none.bin'), hash: '' }).open());
    expect(String(error)).toMatch(/none\.bin: cannot be read, got ENOENT/);
  });
});
