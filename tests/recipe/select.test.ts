import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { Random } from '../../src/random.js';
import { type SelectableSource, selectDocuments, selectForRecipes } from '../../src/recipe/index.js';
import { ColumnWriter } from '../../src/store/index.js';

const folder = mkdtempSync(join(tmpdir(), 'assay-select-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Row {
  words: number;
  score: number | null;
  language: string | null;
  stars: string | null;
}

/** Rows in two files with row groups of other sizes, so that joining them by position is put to the test. */
async function sourceOf(
  name: string,
  rows: readonly Row[],
  exclusions?: Uint8Array,
): Promise<SelectableSource> {
  const write = async (table: string, columns: readonly ColumnSpec[], batch: number) => {
    const path = join(folder, `${name}-${table}.parquet`);
    const writer = new ColumnWriter(path, columns);
    for (let from = 0; from < rows.length; from += batch) {
      const part = rows.slice(from, from + batch);
      await writer.add(
        columns.map(({ name, type }) => {
          const values = part.map((row) => row[name as keyof Row]);
          if (type === 'VARCHAR') return values as (string | null)[];
          return Float64Array.from(values as (number | null)[], (value) => value ?? Number.NaN);
        }),
      );
    }
    await writer.finish();
    return { path, columns };
  };
  const first = [
    { name: 'words', type: 'BIGINT' },
    { name: 'language', type: 'VARCHAR' },
  ] as const;
  const second = [
    { name: 'score', type: 'DOUBLE' },
    { name: 'stars', type: 'VARCHAR' },
  ] as const;
  const derived = [
    {
      name: 'score_percentile',
      type: 'DOUBLE',
      derived:
        'CASE WHEN score IS NOT NULL THEN 100 * percent_rank() OVER (PARTITION BY score IS NULL ORDER BY score) END',
    },
    {
      name: 'score_part',
      type: 'VARCHAR',
      derived: "CASE WHEN score_percentile < 30 THEN 'head' ELSE 'tail' END",
    },
  ] as const;
  const two = await write('b', second, 777);
  return {
    source: name,
    tables: [await write('a', first, 60_000), { ...two, columns: [...second, ...derived] }],
    tokens: Float64Array.from(rows, ({ words }) => words),
    exclusions: exclusions ?? new Uint8Array(rows.length),
  } as SelectableSource;
}

interface ColumnSpec {
  name: string;
  type: 'BIGINT' | 'VARCHAR' | 'DOUBLE';
}

function randomRows(count: number, seed: string): Row[] {
  const random = Random.fromSeed(seed);
  return Array.from({ length: count }, () => ({
    words: random.below(1000),
    score: random.below(10) === 0 ? null : random.uniform(),
    language: random.below(20) === 0 ? null : ['en', 'de', 'fr'][random.below(3)]!,
    stars: random.below(3) === 0 ? 'many' : String(random.below(5)),
  }));
}

describe('selecting documents', () => {
  test('counts every dropped document under the first reason, and null apart', async () => {
    const rows: Row[] = [
      { words: 10, score: 0.5, language: 'en', stars: '1' },
      { words: 99, score: 0.5, language: 'en', stars: '1' },
      { words: 99, score: null, language: 'en', stars: '1' },
      { words: 99, score: 0.9, language: null, stars: '1' },
      { words: 99, score: 0.5, language: 'de', stars: '1' },
      { words: 99, score: 0.5, language: 'en', stars: '1' },
      { words: 7, score: 0.9, language: 'en', stars: '1' },
    ];
    const source = await sourceOf('small', rows, Uint8Array.from([0, 0, 0, 0, 0, 2, 1]));
    const [selection] = await selectDocuments(source, [
      ['words >= 50', 'score <= 0.8', "(language = 'en') OR (score > 2.0)"],
    ]);
    expect([...selection!.kept]).toEqual([0, 1, 0, 0, 0, 0, 0]);
    expect(selection).toMatchObject({ documents: 1, tokens: 100 });
    expect(selection!.dropped).toEqual([
      { reason: 'held out', documents: 1, tokens: 8 },
      { reason: 'copy of a validation document', documents: 1, tokens: 100 },
      { reason: 'words >= 50', documents: 1, tokens: 11 },
      { reason: 'score <= 0.8', documents: 1, tokens: 100 },
      { reason: 'score is null', documents: 1, tokens: 100 },
      { reason: "(language = 'en') OR (score > 2.0)", documents: 1, tokens: 100 },
    ]);
  });

  test('agrees with the same conditions in JavaScript, and rows in = kept + dropped', async () => {
    const rows = randomRows(30_000, 'agree');
    const source = await sourceOf('agree', rows);
    // SQL and the same in JavaScript; undefined for null.
    const conditions: [string, (row: Row) => boolean | undefined][] = [
      ['words >= 300', ({ words }) => words >= 300],
      ['score <= 0.5', ({ score }) => (score === null ? undefined : score <= 0.5)],
      ["language IN ('en', 'de')", ({ language }) => (language === null ? undefined : language !== 'fr')],
      ['(words % 7) != 0', ({ words }) => words % 7 !== 0],
      ['TRY_CAST(stars AS DOUBLE) > 2', ({ stars }) => (stars === 'many' ? undefined : Number(stars) > 2)],
      ['score IS NULL', ({ score }) => score === null],
    ];
    const lists = [[0, 1, 2], [2, 1, 0], [3, 4], [5], [], [4, 3, 2, 1, 0]];
    const selections = await selectDocuments(
      source,
      lists.map((list) => list.map((i) => conditions[i]![0])),
    );
    for (const [l, list] of lists.entries()) {
      const { kept, documents, tokens, dropped } = selections[l]!;
      const wanted = rows.map((row) => list.every((i) => conditions[i]![1](row) === true));
      expect(Array.from(kept, (one) => one === 1)).toEqual(wanted);
      expect(dropped.reduce((sum, one) => sum + one.documents, documents)).toBe(rows.length);
      const allTokens = rows.reduce((sum, { words }) => sum + words + 1, 0);
      expect(dropped.reduce((sum, one) => sum + one.tokens, tokens)).toBe(allTokens);
    }
    const nulls = selections[0]!.dropped.find(({ reason }) => reason === 'score is null')!;
    const firstPassed = rows.filter(({ words }) => words >= 300);
    expect(nulls.documents).toBe(firstPassed.filter(({ score }) => score === null).length);
  });

  test('may look at columns that are derived from others over the whole source', async () => {
    const rows = randomRows(5000, 'derived');
    const [head, low] = await selectDocuments(await sourceOf('derived', rows), [
      ["score_part = 'head'"],
      ['score_percentile < 30', 'words > 500'],
    ]);
    const scores = rows.flatMap(({ score }) => (score === null ? [] : [score])).sort((a, b) => a - b);
    const cut = scores[Math.ceil(0.3 * (scores.length - 1))]!;
    const below = (row: Row) => row.score !== null && row.score < cut;
    expect(head!.documents).toBe(rows.filter(below).length);
    expect(low!.documents).toBe(rows.filter((row) => below(row) && row.words > 500).length);
  });

  test('takes more conditions than one scan evaluates', async () => {
    const rows = randomRows(3000, 'many');
    const lists = Array.from({ length: 40 }, (_, i) =>
      Array.from({ length: 13 }, (_, j) => `words != ${13 * i + j}`),
    );
    const selections = await selectDocuments(await sourceOf('many', rows), lists);
    for (const [i, { documents }] of selections.entries()) {
      const out = rows.filter(({ words }) => words >= 13 * i && words < 13 * (i + 1)).length;
      expect(documents).toBe(3000 - out);
    }
  });

  test('says which condition the documents cannot answer', async () => {
    const source = await sourceOf('errors', randomRows(100, 'errors'));
    const refusal = (condition: string) => expect(selectDocuments(source, [[condition]])).rejects;
    await refusal('wrods > 3').toThrow(
      'source "errors", condition "wrods > 3", character 1: no column is named "wrods". Did you mean "words"?',
    );
    await refusal('stars > 3').toThrow('stars is text, and 3 is a number');
    await refusal('CAST(stars AS DOUBLE) > 3').toThrow(
      /source "errors": a condition cannot be evaluated: .*many.* TRY_CAST gives null there/,
    );
    const short = { ...source, tokens: new Float64Array(99), exclusions: new Uint8Array(99) };
    await expect(selectDocuments(short, [['words > 3']])).rejects.toThrow('expected 99 rows, got 100');
  });
});

test('recipes that select alike share a selection, and a part has the conditions of both', async () => {
  const rows = randomRows(1000, 'recipes');
  const web = await sourceOf('web', rows);
  const plain = { repeat: 1, where: [] };
  const selections = await selectForRecipes(
    {
      a: { kind: 'natural', sources: { web: plain } },
      b: { kind: 'shares', sources: { web: { ...plain, weight: 1 } } },
      c: { kind: 'natural', sources: { long: { repeat: 1, where: ["language = 'en'"] } } },
    },
    { long: { of: 'web', where: ['words > 500'] } },
    { web },
  );
  expect(selections.a!.web).toBe(selections.b!.web);
  expect(selections.a!.web!.documents).toBe(1000);
  const { dropped, documents } = selections.c!.long!;
  expect(documents).toBe(rows.filter(({ words, language }) => words > 500 && language === 'en').length);
  expect(dropped.map(({ reason }) => reason)).toEqual(['words > 500', "language = 'en'", 'language is null']);
});

test('a recipe with two parts that share documents is refused', async () => {
  const web = await sourceOf('overlap', randomRows(500, 'overlap'));
  const plain = { repeat: 1, where: [] };
  const selecting = (where: string) =>
    selectForRecipes(
      { mix: { kind: 'natural', sources: { long: plain, other: plain } } },
      { long: { of: 'web', where: ['words > 500'] }, other: { of: 'web', where: [where] } },
      { web },
    );
  await expect(selecting('words <= 500')).resolves.toBeDefined();
  await expect(selecting('words > 990')).rejects.toThrow(
    /recipe "mix": "long" and "other" share \d+ documents/,
  );
});

test('any threshold keeps exactly the rows that satisfy it', async () => {
  const rows = randomRows(2000, 'any');
  const source = await sourceOf('any', rows);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: -5, max: 1005 }), async (limit) => {
      const [selection] = await selectDocuments(source, [[`words <= ${limit}`]]);
      expect(selection!.documents).toBe(rows.filter(({ words }) => words <= limit).length);
    }),
    { numRuns: 15 },
  );
});
