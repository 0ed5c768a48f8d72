import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { benchmarkTexts } from '../../../src/corpus/contamination/index.js';
import { collect, errorOf, workspace } from '../workspace.js';

const place = workspace();
const textsOf = async (...names: string[]) =>
  (await collect(benchmarkTexts(names.map(place.path)))).map(({ text }) => text).sort();

describe('benchmarkTexts', () => {
  test('gives each string of a JSON row, however deep', async () => {
    const row = { id: 7, question: 'Why?', choices: { text: ['a', 'b'], label: [null, true] } };
    place.write('rows.jsonl', `${JSON.stringify(row)}\n\n"alone"\n`);
    expect(await textsOf('rows.jsonl')).toEqual(['Why?', 'a', 'alone', 'b']);
  });

  test('gives each line of plain text, unpacks archives, and takes folders and globs', async () => {
    place.write('many/one.txt', 'first\n\nsecond');
    place.write('many/two.txt.gz', gzipSync('third\n'));
    expect(await textsOf('many')).toEqual(['first', 'second', 'third']);
    expect(await textsOf('many/*.gz', 'many/one.txt')).toEqual(['first', 'second', 'third']);
  });

  test('reads rows nested 100,000 deep and rows of 300,000 strings', async () => {
    const depth = 100_000;
    place.write('deep.jsonl', `${'['.repeat(depth)}"core"${']'.repeat(depth)}\n`);
    place.write('wide.jsonl', JSON.stringify(Array(300_000).fill('x')));
    expect(await textsOf('deep.jsonl')).toEqual(['core']);
    expect((await textsOf('wide.jsonl')).length).toBe(300_000);
  });

  test.each([
    ['bad.jsonl', '{"a": 1}\n{"a": \n', 'bad.jsonl:2: not JSON, expected one JSON value a line'],
    ['bad.txt', Buffer.from([0x61, 0x0a, 0xff]), 'bad.txt:2: not UTF-8'],
    ['table.csv', 'a,b\n', 'table.csv: cannot be read as a benchmark, expected .jsonl'],
    ['model.zip', 'PK', 'cannot read'],
  ])('%s is refused with file and line', async (name, content, message) => {
    place.write(name, content);
    expect(String(await errorOf(() => textsOf(name)))).toMatch(message);
  });

  test('a path that does not exist is named', async () => {
    expect(String(await errorOf(() => textsOf('nowhere.jsonl')))).toMatch(
      /^AssayError: benchmarks: .*nowhere/,
    );
  });
});
