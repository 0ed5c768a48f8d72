import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  buildCorpusStore,
  type CorpusStoreOptions,
  documentId,
  failOnMalformed,
  fingerprint,
  listFiles,
  MeasurePool,
  openCorpusStore,
} from '../../src/corpus/index.js';
import { AssayError, ExitCode } from '../../src/errors.js';
import type { MalformedRow, SourceSpec } from '../../src/records.js';
import { readColumns } from '../../src/store/index.js';
import { temporaryOfKilled } from '../store/killed.js';
import { testDocuments } from '../tokens/documents.js';
import { errorOf, workspace } from './workspace.js';

const work = workspace();
const texts = ['first', 'zweiter Text\n', 'first', 'fox 🦊', 'first', ...testDocuments(11, 100)];
const rows = texts.map((text) => JSON.stringify({ text }));
rows.splice(2, 0, '{oops', '', '{"body":1}');
work.write('mail.jsonl', rows.join('\n'));
const mail = work.source('mail.jsonl');

async function build(folder: string, source: SourceSpec = mail, more: Partial<CorpusStoreOptions> = {}) {
  const malformed: MalformedRow[] = [];
  const store = await buildCorpusStore({
    name: 'mail',
    source,
    folder: work.path(folder),
    fingerprint: await fingerprint(source, await listFiles(source, 'source "mail"')),
    groups: [],
    pool: new MeasurePool(0),
    base: work.folder,
    onMalformed: (row) => malformed.push(row),
    ...more,
  });
  return { store, malformed };
}

function documentsOf(folder: string) {
  const names = {
    texts: ['id', 'origin'],
    numbers: ['copy', 'bytes', 'characters', 'words', 'lines'],
  } as const;
  return readColumns(join(folder, 'documents.parquet'), names);
}

describe('a corpus store', () => {
  test('holds a row for every document: what it is, where it was read, its copies and its lengths', async () => {
    const { store } = await build('whole');
    expect(store).toMatchObject({ source: 'mail', documents: 105, malformed: 2, filtered: {} });
    const table = await documentsOf(store.folder);
    expect(table.id).toEqual(texts.map(documentId));
    expect(table.origin.slice(0, 4)).toEqual([
      'mail.jsonl:1',
      'mail.jsonl:2',
      'mail.jsonl:6',
      'mail.jsonl:7',
    ]);
    expect([...table.copy].slice(0, 5)).toEqual([0, 0, 1, 0, 2]);
    expect([...table.bytes]).toEqual(texts.map((text) => Buffer.byteLength(text)));
    expect([...table.characters]).toEqual(texts.map((text) => [...text].length));
    expect(store.bytes).toBe(texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0));
  });

  test('counts malformed rows by reason and keeps them', async () => {
    const { store, malformed } = await build('malformed');
    expect(malformed.map((row) => row.origin)).toEqual(['mail.jsonl:3', 'mail.jsonl:5']);
    expect(store.malformedReasons).toEqual({ 'not JSON': 1, 'no field "text"': 1 });
    const kept = readFileSync(join(store.folder, 'malformed.jsonl'), 'utf8').trimEnd().split('\n');
    expect(kept.map((line) => JSON.parse(line))).toEqual(malformed);
  });

  test('is built once: the second time no row is read', async () => {
    const first = await build('once');
    const before = statSync(join(first.store.folder, 'documents.parquet'));
    const again = await build('once', mail, { onMalformed: failOnMalformed });
    expect(again.store).toEqual(first.store);
    expect(statSync(join(first.store.folder, 'documents.parquet')).ino).toBe(before.ino);
  });

  test('names no folder, and is the same wherever it is built, with or without threads', async () => {
    const pool = new MeasurePool(2);
    const [here, there] = await Promise.all([build('here'), build('there', mail, { pool })]);
    await pool.close();
    for (const name of readdirSync(here.store.folder)) {
      const bytes = readFileSync(join(here.store.folder, name));
      expect(bytes.equals(readFileSync(join(there.store.folder, name)))).toBe(true);
      expect(bytes.toString('latin1')).not.toContain(work.folder);
    }
  });

  test('rows of several row groups come back in order', async () => {
    const lines = Array.from({ length: 100_001 }, (_, i) => `{"text":"${i}"}`);
    work.write('groups.jsonl', lines.join('\n'));
    const { store } = await build('groups', work.source('groups.jsonl'));
    const table = await documentsOf(store.folder);
    expect(table.rows).toBe(100_001);
    expect(table.id[75_000]).toBe(documentId('75000'));
    expect(table.origin[100_000]).toBe('groups.jsonl:100001');
  });

  test('one that lacks its mark is built again', async () => {
    const { store } = await build('half');
    rmSync(join(store.folder, 'source.json'));
    expect(openCorpusStore(store.folder)).toBeUndefined();
    expect((await build('half')).store).toEqual(store);
    expect(readdirSync(work.path('half'))).toHaveLength(1);
  });

  test('what a killed process left half-written is removed', async () => {
    const { store } = await build('killed');
    rmSync(store.folder, { recursive: true });
    const left = temporaryOfKilled(store.folder);
    mkdirSync(left);
    writeFileSync(join(left, 'documents.parquet'), 'half');
    await build('killed');
    expect(existsSync(left)).toBe(false);
  });

  test('stops when asked, in the middle of a source, and leaves nothing behind', async () => {
    const lines = Array.from({ length: 20_000 }, (_, i) => JSON.stringify({ text: `row ${i}` }));
    work.write('stopped.jsonl', lines.join('\n'));
    const controller = new AbortController();
    const stopped = build('stopped', work.source('stopped.jsonl'), {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(stopped).rejects.toThrow('aborted');
    expect(readdirSync(work.path('stopped'))).toEqual([]);
  });
});

describe('errors while building', () => {
  const failing = async (run: () => Promise<unknown>, folder: string) => {
    const error = await errorOf(run);
    expect(error).toBeInstanceOf(AssayError);
    expect((error as AssayError).details.fix).toBeDefined();
    expect(existsSync(work.path(folder)) ? readdirSync(work.path(folder)) : []).toEqual([]);
    return error as AssayError;
  };

  test('a source without documents names the source, and the first reason', async () => {
    work.write('empty.jsonl', '\n\n');
    const none = await failing(() => build('none', work.source('empty.jsonl')), 'none');
    expect(none.message).toMatch(/^source "mail": no documents, .*files without rows/);
    expect(none.exitCode).toBe(ExitCode.data);
    work.write('wrong.jsonl', '{"body":"x"}\n{"body":"y"}\n');
    const wrong = await failing(() => build('none', work.source('wrong.jsonl')), 'none');
    expect(wrong.message).toContain('wrong.jsonl:1: no field "text"');
  });

  test('a malformed row stops the build when the callback throws', async () => {
    const error = await failing(() => build('strict', mail, { onMalformed: failOnMalformed }), 'strict');
    expect(error.message).toMatch(/^mail\.jsonl:3: not JSON/);
    expect(error.exitCode).toBe(ExitCode.data);
  });

  test('a corrupt archive leaves nothing behind', async () => {
    work.write('bad.jsonl.gz', 'no archive');
    const error = await failing(() => build('bad', work.source('bad.jsonl.gz')), 'bad');
    expect(error.message).toMatch(/^bad\.jsonl\.gz: corrupt or truncated gzip archive/);
  });
});
