/** One contract for every format: what goes in as texts comes out as the same documents. */
import { readdirSync, rmSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { documentId, failOnMalformed, readDocuments } from '../../../src/corpus/index.js';
import { AssayError, ExitCode } from '../../../src/errors.js';
import type { MalformedRow, SourceSpec } from '../../../src/records.js';
import { collect, errorOf, workspace } from '../workspace.js';
import { asJson, formatCases } from './formats.js';

const work = workspace();

const texts = [
  'One line.',
  'Two lines,\r\nthe second with a line break.\n',
  ' spaces around ',
  'Ünïcode: 日本語, emoji 🦊🏽, accents e\u0301',
  '{"text": "looks like JSON"}',
  'line separators \u2028 and \u2029 are not line breaks',
  `long ${'word '.repeat(300_000)}`,
];
const cases = formatCases(work);

async function read(source: SourceSpec, maximumBytes?: number) {
  const malformed: MalformedRow[] = [];
  const options = { base: work.folder, ...(maximumBytes === undefined ? {} : { maximumBytes }) };
  const documents = await collect(readDocuments('s', source, (row) => malformed.push(row), options));
  return { documents, malformed };
}

describe.each(cases)('a source of .$format', (format) => {
  test('gives the same texts in order, with id, source and origin', async () => {
    const folder = `same-${format.format}`;
    format.write(folder, texts);
    const { documents, malformed } = await read(work.source(folder));
    expect(malformed).toEqual([]);
    expect(documents.map((document) => document.text)).toEqual(texts);
    documents.forEach((document, i) => {
      expect(document.id).toBe(documentId(texts[i]!));
      expect(document.source).toBe('s');
      expect(document.origin).toBe(format.origin(folder, i));
    });
  });

  test('loses a byte-order mark', async () => {
    const folder = `mark-${format.format}`;
    format.write(folder, ['first'], true);
    expect((await read(work.source(folder))).documents.map((document) => document.text)).toEqual(['first']);
  });

  test('reports an empty text as malformed', async () => {
    const folder = `empty-${format.format}`;
    format.write(folder, ['a', '', 'b']);
    const { documents, malformed } = await read(work.source(folder));
    expect(documents.map((document) => document.text)).toEqual(['a', 'b']);
    expect(malformed).toEqual([{ origin: format.origin(folder, 1), reason: 'empty text' }]);
  });

  test('reports a text over the limit as malformed and reads on', async () => {
    const folder = `limit-${format.format}`;
    format.write(folder, ['a', 'x'.repeat(5000), 'b']);
    const { documents, malformed } = await read(work.source(folder), 1000);
    expect(documents.map((document) => document.text)).toEqual(['a', 'b']);
    expect(malformed.map((row) => row.origin)).toEqual([format.origin(folder, 1)]);
    expect(malformed[0]!.reason).toBe(`${format.tooLong}, expected at most 1000 bytes`);
  });

  test('reports bytes that are not UTF-8 as malformed', async () => {
    const folder = `latin-${format.format}`;
    format.write(folder, ['a', Buffer.from('caf\xe9', 'latin1')]);
    const { documents, malformed } = await read(work.source(folder));
    expect(documents.map((document) => document.text)).toEqual(['a']);
    expect(malformed).toEqual([
      { origin: format.origin(folder, 1), reason: 'not UTF-8, expected UTF-8 text' },
    ]);
  });

  test('stops at the next document when it is told to', async () => {
    const folder = `abort-${format.format}`;
    format.write(folder, texts);
    const stop = new AbortController();
    const reason = new Error('stopped by the test');
    const read: string[] = [];
    const error = await errorOf(async () => {
      const options = { base: work.folder, signal: stop.signal };
      for await (const { text } of readDocuments('s', work.source(folder), () => {}, options)) {
        read.push(text);
        stop.abort(reason);
      }
    });
    expect(error).toBe(reason);
    expect(read).toEqual(texts.slice(0, 1));
  });

  test('is an error that names the file when it vanishes before it is read', async () => {
    const folder = `gone-${format.format}`;
    format.write(folder, ['a', 'b']);
    work.write(`${folder}/000.txt`, 'first');
    const [first] = ['000.txt'];
    const error = await errorOf(async () => {
      for await (const { origin } of readDocuments('s', work.source(folder), () => {}, {
        base: work.folder,
      })) {
        if (!origin.endsWith(first!)) continue;
        for (const name of readdirSync(work.path(folder))) rmSync(work.path(`${folder}/${name}`));
      }
    });
    expect(error).toBeInstanceOf(AssayError);
    expect((error as AssayError).subject).toContain(folder);
  });

  test('ends at once when the callback throws', async () => {
    const folder = `strict-${format.format}`;
    format.write(folder, ['a', '', 'b']);
    const error = await errorOf(() =>
      collect(readDocuments('s', work.source(folder), failOnMalformed, { base: work.folder })),
    );
    expect(error).toBeInstanceOf(AssayError);
    expect((error as AssayError).exitCode).toBe(ExitCode.data);
    expect((error as AssayError).message).toContain(`${format.origin(folder, 1)}: empty text`);
  });
});

describe('JSON Lines', () => {
  const reasonsOf = async (content: string, field = 'text') => {
    const file = work.write('rows/mail.jsonl', content);
    const { malformed } = await read({ paths: [file], text: field });
    return malformed.map((row) => `${row.origin}: ${row.reason}`);
  };

  test('a row that is not usable is reported with file, line, what was expected and what was there', async () => {
    const rows = [
      '{"text":"fine"}',
      '{oops',
      '[1]',
      '7',
      'null',
      '{"body":"x","date":1}',
      '{}',
      '{"text":3}',
    ];
    rows.push('{"text":null}', '{"text":["a"]}', '{"text":{"a":1}}');
    expect(await reasonsOf(rows.join('\n'))).toEqual([
      'rows/mail.jsonl:2: not JSON, expected one JSON object a line, got `{oops`',
      'rows/mail.jsonl:3: not an object, expected a JSON object, got an array',
      'rows/mail.jsonl:4: not an object, expected a JSON object, got a number',
      'rows/mail.jsonl:5: not an object, expected a JSON object, got null',
      'rows/mail.jsonl:6: no field "text", expected it to hold the text, got the fields "body", "date"',
      'rows/mail.jsonl:7: no field "text", expected it to hold the text, got no fields',
      'rows/mail.jsonl:8: field "text" is not a string, expected a string, got a number',
      'rows/mail.jsonl:9: field "text" is not a string, expected a string, got null',
      'rows/mail.jsonl:10: field "text" is not a string, expected a string, got an array',
      'rows/mail.jsonl:11: field "text" is not a string, expected a string, got an object',
    ]);
  });

  test('a long row is quoted in part, and of many fields the first are named', async () => {
    const fields = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`f${i}`, i]));
    const [notJson, noField] = await reasonsOf(`${'x'.repeat(500)}\n${JSON.stringify(fields)}`);
    expect(notJson).toHaveLength(
      'rows/mail.jsonl:1: not JSON, expected one JSON object a line, got `…`'.length + 40,
    );
    expect(noField).toContain('"f7", … (20 in all)');
  });

  test('an inherited property is not a field', async () => {
    expect(await reasonsOf('{"a":"b"}', 'toString')).toHaveLength(1);
  });

  test('the text may have another name, and blank lines are not rows', async () => {
    const file = work.write('named/a.jsonl', '\n{"body":"one"}\n\n  \r\n{"body":"two"}\r\n\n');
    const { documents, malformed } = await read({ paths: [file], text: 'body' });
    expect(documents.map(({ origin, text }) => [origin, text])).toEqual([
      ['named/a.jsonl:2', 'one'],
      ['named/a.jsonl:5', 'two'],
    ]);
    expect(malformed).toEqual([]);
  });

  test('a lone surrogate becomes U+FFFD, so that text, id and tokens agree', async () => {
    const file = work.write('lone/a.jsonl', '{"text":"a\\ud800b"}\n');
    const { documents } = await read({ paths: [file], text: 'text' });
    expect(documents[0]!.text).toBe('a\ufffdb');
    expect(documents[0]!.id).toBe(documentId('a\ufffdb'));
  });
});

describe('plain text', () => {
  test('a file that holds NUL bytes is malformed', async () => {
    work.write('binary/a.bin', Buffer.from([0x89, 0x50, 0, 1]));
    const { malformed } = await read(work.source('binary'));
    expect(malformed).toEqual([
      { origin: 'binary/a.bin', reason: 'not text, expected UTF-8 text, got a NUL byte at byte 2' },
    ]);
  });
});

describe('gzip', () => {
  const archive = gzipSync(
    asJson(Array.from({ length: 20_000 }, (_, i) => ({ text: `row ${i} ${i * 7919}` }))),
  );

  test.each([
    ['truncated', archive.subarray(0, archive.length - 2000)],
    ['without a trailer', archive.subarray(0, archive.length - 8)],
    ['damaged', Buffer.concat([archive.subarray(0, 500), Buffer.alloc(500, 0x55), archive.subarray(1000)])],
    ['no archive at all', Buffer.from('{"text":"plain"}\n')],
  ])('an archive that is %s is an error with the name of the file', async (kind, bytes) => {
    const file = work.write(`bad/${kind}.jsonl.gz`, bytes);
    const error = await errorOf(() => read({ paths: [file], text: 'text' }));
    expect(error).toBeInstanceOf(AssayError);
    expect((error as AssayError).message).toContain(
      `bad/${kind}.jsonl.gz: corrupt or truncated gzip archive`,
    );
    expect((error as AssayError).exitCode).toBe(ExitCode.data);
  });

  test('members one after the other are one file', async () => {
    const two = Buffer.concat([gzipSync('{"text":"a"}\n'), gzipSync('{"text":"b"}\n')]);
    const file = work.write('members/a.jsonl.gz', two);
    expect((await read({ paths: [file], text: 'text' })).documents.map((d) => d.text)).toEqual(['a', 'b']);
  });
});

test('breaking off early closes the file', async () => {
  const file = work.write('early/a.jsonl', asJson(texts.map((text) => ({ text }))));
  for await (const document of readDocuments('s', { paths: [file], text: 'text' }, () => {})) {
    expect(document.text).toBe(texts[0]);
    break;
  }
});
