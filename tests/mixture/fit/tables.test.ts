/** Tables of runs: the published ones as they are, and what is wrong with others, by file, line and column. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { readMixtureRuns } from '../../../src/mixture/fit/mixture-runs.js';
import { readTable } from '../../../src/mixture/fit/tables.js';

const folder = mkdtempSync(join(tmpdir(), 'assay-tables-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string | Buffer) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const published = (name: string) =>
  fileURLToPath(new URL(`../fixtures/regmix/${name}_1m.csv`, import.meta.url));

describe('a table', () => {
  test('of the published runs has every number of the file', async () => {
    const { columns, index, numbers } = await readTable(published('test_mixture'));
    expect([columns.length, index.length, index[0], index.at(-1)]).toEqual([17, 256, '1', '256']);
    const cells = readFileSync(published('test_mixture'), 'utf8').trim().split('\n').slice(1);
    expect([...numbers.values]).toEqual(cells.flatMap((line) => line.split(',').slice(1).map(Number)));
  });

  test('may have Windows line ends, quotes, a byte order mark, blank lines and no name for its index', async () => {
    const table = await readTable(file('windows.csv', '\ufeff,"a,b",c\r\n\r\nx, 1 ,2e-1\r\n"y",3,4\r\n'));
    expect(table).toMatchObject({ columns: ['a,b', 'c'], index: ['x', 'y'] });
    expect([...table.numbers.values]).toEqual([1, 0.2, 3, 4]);
  });

  test('may be compressed', async () => {
    expect((await readTable(file('a.csv.gz', gzipSync('i,a\n1,2\n')))).index).toEqual(['1']);
  });

  test.for<[string, string, RegExp]>([
    ['text', 'i,a,b\n1,2,3\n2,4,x\n', /:3: column "b" is not a finite number, got "x"/],
    ['empty field', 'i,a,b\n1,,3\n', /:2: column "a" is not a finite number, got ""/],
    ['NaN', 'i,a\n1,NaN\n', /:2: column "a" is not a finite number, got "NaN"/],
    ['infinity', 'i,a\n1,1e999\n', /:2: column "a" is not a finite number/],
    ['short row', 'i,a,b\n1,2\n', /:2: a row of another width than the header, expected 3 fields, got 2/],
    ['index twice', 'i,a\n1,2\n3,4\n1,5\n', /:4: index "1" occurs a second time, as on line 2/],
    ['column twice', 'i,a,a\n1,2,3\n', /its header names "a" twice/],
    ['unnamed column', 'i,a,\n1,2,3\n', /its header has no name for column 3/],
    ['only an index', 'i\n1\n', /its header names no column after the index/],
    ['no rows', 'i,a\n', /no rows, expected a header and at least one row/],
    ['nothing', '', /no rows/],
    ['open quote', 'i,a\n1,"2\n', /:2: a quote is not closed/],
  ])('with %s is refused', async ([name, text, message]) => {
    await expect(readTable(file(`${name}.csv`, text))).rejects.toThrow(message);
  });

  test('that is not there or not UTF-8 is refused', async () => {
    await expect(readTable(join(folder, 'none.csv'))).rejects.toThrow(/none.csv: no such file/);
    await expect(readTable(file('latin.csv', Buffer.from('i,\xe4\n1,2\n', 'latin1')))).rejects.toThrow(
      /not UTF-8/,
    );
  });
});

describe('runs of two tables', () => {
  const mixtures = file('mixtures.csv', 'index,a,b\n1,0.25,0.75\n2,0.99,0\n');
  const losses = file('losses.csv', 'index,x,y\n2,5,6\n1,3,4\n');

  test('are joined by index, and their shares add up to 1', async () => {
    const runs = await readMixtureRuns(mixtures, losses);
    expect(runs).toMatchObject({ index: ['1', '2'], domains: ['a', 'b'], metrics: ['x', 'y'] });
    expect([...runs.mixtures.values]).toEqual([0.25, 0.75, 1, 0]);
    expect(runs.losses.map((of) => [...of])).toEqual([
      [3, 5],
      [4, 6],
    ]);
  });

  test('take the order of domains that they are asked for', async () => {
    const { mixtures: turned } = await readMixtureRuns(mixtures, losses, ['b', 'a']);
    expect([...turned.values]).toEqual([0.75, 0.25, 0, 1]);
  });

  test.for<[string, string, string, RegExp]>([
    ['a negative share', 'i,a,b\n7,-0.1,1.1\n', 'i,x\n7,1\n', /index "7": a share of "a" below 0, got -0.1/],
    ['percentages', 'i,a,b\n7,25,75\n', 'i,x\n7,1\n', /index "7": its shares do not add up to 1, got 100/],
    ['a run without losses', 'i,a\n1,1\n2,1\n', 'i,x\n1,3\n', /no row for 1 of the runs of .*index "2"/],
    ['losses without a run', 'i,a\n1,1\n', 'i,x\n1,3\n2,3\n', /no row for 1 of the runs of .*index "2"/],
  ])('with %s are refused', async ([name, mixed, lost, message]) => {
    const files = [file(`${name} m.csv`, mixed), file(`${name} l.csv`, lost)] as const;
    await expect(readMixtureRuns(...files)).rejects.toThrow(message);
  });

  test('of other domains are refused', async () => {
    await expect(readMixtureRuns(mixtures, losses, ['a', 'c'])).rejects.toThrow(/expected a column "c"/);
    await expect(readMixtureRuns(mixtures, losses, ['a'])).rejects.toThrow(/expected no column "b"/);
  });
});
