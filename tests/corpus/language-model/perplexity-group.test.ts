/** The signals of a language model: what is measured of a document, and what follows from it within a source. */
import { beforeAll, describe, expect, test } from 'vitest';
import {
  perplexity,
  perplexityGroup,
  readLanguageModel,
  Scorer,
  trainLanguageModel,
  writeLanguageModel,
} from '../../../src/corpus/language-model/index.js';
import { DocumentText } from '../../../src/corpus/signals/document-text.js';
import { openDuckDb } from '../../../src/store/index.js';
import { errorOf, workspace } from '../workspace.js';
import { fixture } from './fixtures.js';

const { path } = workspace();
const model = { name: 'state_union', path: path('model.lm'), hash: 'abc' };

beforeAll(async () => {
  const trained = await trainLanguageModel([fixture('train.txt')], { discountFallback: true });
  await writeLanguageModel(model.path, trained.model);
});

test('a document has the perplexity of its text, and none without words', async () => {
  const measure = await perplexityGroup(model).open();
  const text = fixture('scored.txt');
  const expected = perplexity(new Scorer(readLanguageModel(model.path)).score(text));
  expect(expected).toBeGreaterThan(1);
  expect(measure(new DocumentText(text))).toEqual({ values: [expected] });
  expect(measure(new DocumentText(' \n '))).toEqual({ values: [null] });
});

test('a model that another thread has read is not read again', async () => {
  const { buffer } = readLanguageModel(model.path);
  const measure = await perplexityGroup({ ...model, path: path('none.lm'), buffer }).open();
  expect(measure(new DocumentText('the house')).values[0]).toBeGreaterThan(1);
});

describe('within a source', () => {
  async function partsOf(perplexities: (number | null)[]): Promise<(number | string | null)[][]> {
    const [stored, percentile, part] = perplexityGroup(model).columns;
    const connection = await openDuckDb();
    try {
      const rows = perplexities.map((value) => `(${value ?? 'NULL'})`).join(', ');
      const reader = await connection.runAndReadAll(
        `SELECT ${percentile!.derived}, ${part!.derived} FROM (VALUES ${rows}) AS t(${stored!.name}) ORDER BY ${stored!.name} NULLS LAST`,
      );
      return reader.getRows() as (number | string | null)[][];
    } finally {
      connection.closeSync();
    }
  }

  test('percentiles run from 0 to 100 and part head, middle and tail at 30 and 60', async () => {
    // 11 documents: each is 10 % of the way from the lowest to the highest.
    const rows = await partsOf([110, 100, 90, 80, 70, 60, 50, 40, 30, 20, 10]);
    expect(rows.map(([percentile]) => Math.round(percentile as number))).toEqual([
      0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100,
    ]);
    expect(rows.map(([, part]) => part).join(' ')).toBe(
      'head head head middle middle middle tail tail tail tail tail',
    );
  });

  test('a document without perplexity has no percentile and no part, and moves no other', async () => {
    expect(await partsOf([5, null, 7, null])).toEqual([
      [0, 'head'],
      [100, 'tail'],
      [null, null],
      [null, null],
    ]);
  });

  test('equal perplexities share a percentile', async () => {
    expect(await partsOf([5, 5, 9])).toEqual([
      [0, 'head'],
      [0, 'head'],
      [100, 'tail'],
    ]);
  });
});

test.each(['', 'Wiki', '1st', 'a b', 'x"; DROP', 'a-b'])('a model cannot be named %j', async (name) => {
  const error = await errorOf(async () => perplexityGroup({ ...model, name }));
  expect(error).toMatchObject({
    name: 'AssayError',
    message: expect.stringContaining('cannot name a signal'),
  });
});
