/** Columns and conditions of sources: the same rows give the same columns and the same counts in every format. */
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, test } from 'vitest';
import { readDocuments } from '../../../src/corpus/index.js';
import type { Document, FilteredRows, MalformedRow, SourceSpec } from '../../../src/records.js';
import { collect, errorOf, workspace } from '../workspace.js';
import { asJson } from './formats.js';

const work = workspace();

const rows = [
  { body: 'one', score: 0.9, language: 'en', good: true, meta: { id: 'a', tags: ['x', 'y'] } },
  { body: 'two', score: 0.1, language: 'en', good: false, meta: { id: 'b', tags: [] } },
  { body: 'three', score: null, language: 'de', good: true, meta: { id: 'c', tags: ['z'] } },
  { body: null, score: 0.8, language: 'en', good: true, meta: { id: 'd', tags: ['x'] } },
  { body: 'five', score: 0.7, language: null, good: null, meta: { id: 'e', tags: ['x'] } },
  { body: 'six', score: 12, language: 'en', good: true, meta: { id: 'f', tags: ['"', 'ü'] } },
];

/** Written by DuckDB from JSON, as a data team would. */
async function written(name: string, copy: string): Promise<string> {
  const json = work.write('rows.jsonl', asJson(rows));
  const path = work.path(name);
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(`COPY (${copy.replace('$rows', `read_json('${json}')`)}) TO '${path}'`);
  connection.closeSync();
  return path;
}

async function read(source: SourceSpec) {
  const malformed: MalformedRow[] = [];
  const filtered: Record<string, number> = {};
  const onFiltered = ({ origin, value, rows }: FilteredRows) => {
    const key = `${origin} ${value}`;
    filtered[key] = (filtered[key] ?? 0) + rows;
  };
  const options = { base: work.folder, onFiltered };
  const documents = await collect(readDocuments('s', source, (row) => malformed.push(row), options));
  return { documents, malformed, filtered };
}

const written1 = {
  jsonl: async () => work.write('a.jsonl', asJson(rows)),
  'jsonl.gz': async () => work.write('a.jsonl.gz', gzipSync(asJson(rows))),
  'jsonl.zst by DuckDB': () => written('b.jsonl.zst', 'SELECT * FROM $rows'),
  'parquet by DuckDB': () => written('c.parquet', 'SELECT * FROM $rows'),
};
const summary = ({ text, columns }: Document) => [text, columns];

describe.each(Object.entries(written1))('columns and conditions in %s', (_format, write) => {
  test('columns are carried along under their names, nested ones as JSON text', async () => {
    const columns = { score: 'score', lang: 'language', good: 'good', tags: 'meta.tags', id: 'meta.id' };
    const { documents, malformed } = await read({ paths: [await write()], text: 'body', columns });
    expect(documents.map(summary)).toEqual([
      ['one', { score: 0.9, lang: 'en', good: true, tags: '["x","y"]', id: 'a' }],
      ['two', { score: 0.1, lang: 'en', good: false, tags: '[]', id: 'b' }],
      ['three', { score: null, lang: 'de', good: true, tags: '["z"]', id: 'c' }],
      ['five', { score: 0.7, lang: null, good: null, tags: '["x"]', id: 'e' }],
      ['six', { score: 12, lang: 'en', good: true, tags: '["\\"","ü"]', id: 'f' }],
    ]);
    expect(malformed).toHaveLength(1);
  });

  test('a text inside a field is named with a dot', async () => {
    const { documents } = await read({ paths: [await write()], text: 'meta.id' });
    expect(documents.map(({ text }) => text).join('')).toBe('abcdef');
  });

  test('rows that are false or null are counted, before a text is looked at, and keep no number', async () => {
    const path = await write();
    const where = "score > 0.5 AND language = 'en' AND \"meta.id\" <> 'z'";
    const { documents, malformed, filtered } = await read({ paths: [path], text: 'body', where });
    const name = path.slice(work.folder.length + 1);
    expect(documents.map(({ text, origin }) => [text, origin])).toEqual([
      ['one', `${name}:1`],
      ['six', `${name}:6`],
    ]);
    expect(malformed).toEqual([
      { origin: `${name}:4`, reason: 'field "body" is not a string, expected a string, got null' },
    ]);
    // Row 2: false. Row 3: null AND false is false. Row 5: 0.7 > 0.5 AND null is null.
    expect(filtered).toEqual({ [`${name} false`]: 2, [`${name} null`]: 1 });
  });

  test('a condition that may touch more than its row is refused before anything is read', async () => {
    const path = await write();
    for (const where of [
      "(SELECT count(*) FROM read_text('/etc/hostname')) > 0",
      'random() < 0.5',
      'true; DROP TABLE x',
    ]) {
      const error = await errorOf(() => read({ paths: [path], text: 'body', where }));
      expect(String(error)).toContain('condition');
    }
  });
});

describe('CSV', () => {
  const csv = (content: string | Uint8Array) => work.write('t/rows.csv', content);
  const table = [
    'id,title,score,ok,text',
    '1,1984,0.5,true,first',
    '2,"a, ""b""",,false,"line 1\nline 2"',
    '3,x,-1e3,,third',
  ].join('\n');

  test('numbers, true and false are read as JSON writes them, and nothing is null', async () => {
    const columns = { id: 'id', title: 'title', score: 'score', ok: 'ok' };
    const { documents } = await read({ paths: [csv(table)], text: 'text', columns });
    expect(documents.map(({ text, columns, origin }) => [origin, text, columns])).toEqual([
      ['t/rows.csv:1', 'first', { id: 1, title: 1984, score: 0.5, ok: true }],
      ['t/rows.csv:2', 'line 1\nline 2', { id: 2, title: 'a, "b"', score: null, ok: false }],
      ['t/rows.csv:3', 'third', { id: 3, title: 'x', score: -1000, ok: null }],
    ]);
  });

  test('a text that looks like a number is one where a condition treats it as text', async () => {
    const { documents, malformed } = await read({
      paths: [csv(table)],
      text: 'text',
      where: "title LIKE '19%'",
    });
    expect(documents.map(({ text }) => text)).toEqual(['first']);
    expect(malformed).toEqual([]);
  });

  test('a row that is not usable is reported with its number and reason', async () => {
    const content = Buffer.concat([
      Buffer.from('id,text\r\n1,a\r\n\r\n2\r\n3,b,c\r\n4,caf'),
      Buffer.from([0xe9]),
      Buffer.from('\r\n5,nul'),
      Buffer.from([0]),
      Buffer.from('\r\n6,5" pipe\r\n7,"open\r\n8,lost\r\n'),
    ]);
    const { documents, malformed } = await read({ paths: [csv(content)], text: 'text' });
    expect(documents.map(({ origin, text }) => [origin, text])).toEqual([
      ['t/rows.csv:1', 'a'],
      ['t/rows.csv:6', '5" pipe'],
    ]);
    expect(malformed.map(({ origin, reason }) => `${origin}: ${reason}`)).toEqual([
      't/rows.csv:2: another number of fields, expected 2 as in the header, got 1',
      't/rows.csv:3: another number of fields, expected 2 as in the header, got 3',
      't/rows.csv:4: not UTF-8, expected UTF-8 text',
      't/rows.csv:5: not text, expected UTF-8 text, got a NUL byte at byte 5 of the row',
      't/rows.csv:7: a quote is not closed, expected another " before the end of the file',
    ]);
  });

  test('quotes and line breaks mean the same wherever the file is cut into chunks', async () => {
    const { csvRecords, csvFields } = await import('../../../src/corpus/read/csv-records.js');
    const content = Buffer.from('a,"b ""q"" \n, c"\r\n"",x""y,"z"\n"last","",');
    const inChunks = async function* (size: number) {
      for (let i = 0; i < content.length; i += size) yield content.subarray(i, i + size);
    };
    for (let size = 1; size <= content.length; size++) {
      const records = await collect(csvRecords(inChunks(size), 44, 1000));
      expect(records.map(({ bytes }) => csvFields(bytes!.toString(), ','))).toEqual([
        ['a', 'b "q" \n, c'],
        ['', 'x""y', 'z'],
        ['last', '', ''],
      ]);
    }
  });
});

describe('a file without the columns that the source names', () => {
  test.each([
    ['no text column', { text: 'body' }, 'no column "body"'],
    ['no carried column', { columns: { a: 'nothing' } }, 'no column "nothing"'],
    ['no column of the condition', { where: 'nothing > 1' }, 'no column "nothing"'],
  ])('is an error that lists them: %s', async (_, options, problem) => {
    const csv = work.write('missing/a.csv', 'id,text\n1,a\n');
    const parquet = await written('a.parquet', "SELECT 1 AS id, 'a' AS text");
    for (const path of [csv, parquet]) {
      const error = (await errorOf(() => read({ paths: [path], text: 'text', ...options }))) as Error;
      expect(error.message).toContain(problem);
      expect(error.message).toContain('got the columns "id", "text"');
    }
  });

  test('plain text has none', async () => {
    const path = work.write('plain/a.txt', 'text');
    const error = await errorOf(() => read({ paths: [path], text: 'text', where: 'a = 1' }));
    expect(String(error)).toContain('plain/a.txt: plain text has no columns');
  });

  test('a Parquet column that is no text is named with its type', async () => {
    const path = await written('number.parquet', 'SELECT 1 AS text');
    const error = await errorOf(() => read({ paths: [path], text: 'text' }));
    expect(String(error)).toContain(
      'number.parquet: column "text" is not text, expected VARCHAR, got INTEGER',
    );
  });
});
