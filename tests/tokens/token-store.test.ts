import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { documentId, failOnMalformed, fingerprint, listFiles } from '../../src/corpus/index.js';
import { AssayError, ExitCode } from '../../src/errors.js';
import type { MalformedRow, SourceSpec } from '../../src/records.js';
import { hashFile } from '../../src/store/index.js';
import {
  buildTokenStore,
  loadTokenizer,
  openTokenStore,
  readDocumentRows,
  readDocumentTable,
  readTokens,
  type TokenStoreOptions,
} from '../../src/tokens/index.js';
import { errorOf, workspace } from '../corpus/workspace.js';
import { temporaryOfKilled } from '../store/killed.js';
import { stream, testDocuments } from './documents.js';

const work = workspace();
const bytes = await loadTokenizer('bytes', work.path('bytes'), () => stream([]));
const texts = ['first', 'zweiter Text\n', 'first', 'fox 🦊', 'first', ...testDocuments(11, 100)];
const rows = texts.map((text) => JSON.stringify({ text }));
rows.splice(2, 0, '{oops', '', '{"body":1}');
work.write('mail.jsonl', rows.join('\n'));
const mail = work.source('mail.jsonl');

async function build(folder: string, source: SourceSpec = mail, more: Partial<TokenStoreOptions> = {}) {
  const malformed: MalformedRow[] = [];
  const store = await buildTokenStore({
    name: 'mail',
    source,
    tokenizer: bytes,
    folder: work.path(folder),
    fingerprint: await fingerprint(source, await listFiles(source, 'source "mail"')),
    base: work.folder,
    onMalformed: (row) => malformed.push(row),
    ...more,
  });
  return { store, malformed };
}

describe('a token store', () => {
  test('holds the tokens of every document, each followed by end-of-text, and a row of signals', async () => {
    const { store } = await build('whole');
    expect(store).toMatchObject({ source: 'mail', tokenBytes: 2, documents: 105, malformed: 2 });
    const documents = await readDocumentRows(store);
    expect(documents).toHaveLength(texts.length);
    let offset = 0;
    documents.forEach((row, i) => {
      const text = texts[i]!;
      expect(row).toMatchObject({ id: documentId(text), offset, tokens: Buffer.byteLength(text) });
      expect(row.bytes).toBe(Buffer.byteLength(text));
      expect(row.characters).toBe([...text].length);
      expect(bytes.decode(readTokens(store, row.offset, row.tokens))).toBe(text);
      expect([...readTokens(store, row.offset + row.tokens, 1)]).toEqual([bytes.endOfText]);
      offset += row.tokens + 1;
    });
    expect(store.tokens).toBe(offset);
    expect(store.bytes).toBe(offset - texts.length);
    expect(statSync(join(store.folder, 'tokens.bin')).size).toBe(2 * offset);
  });

  test('numbers exact copies and says where each document was read', async () => {
    const { store } = await build('whole');
    const documents = await readDocumentRows(store);
    expect(documents.slice(0, 5).map((row) => row.copy)).toEqual([0, 0, 1, 0, 2]);
    expect(documents.slice(0, 4).map((row) => row.origin)).toEqual([
      'mail.jsonl:1',
      'mail.jsonl:2',
      'mail.jsonl:6',
      'mail.jsonl:7',
    ]);
    const table = await readDocumentTable(store);
    expect(table.documents).toBe(documents.length);
    expect([...table.offset]).toEqual(documents.map((row) => row.offset));
    expect(table.origin).toEqual(documents.map((row) => row.origin));
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
    const before = statSync(join(first.store.folder, 'tokens.bin'));
    const again = await build('once', mail, { onMalformed: failOnMalformed });
    expect(again.store).toEqual(first.store);
    expect(statSync(join(first.store.folder, 'tokens.bin')).ino).toBe(before.ino);
  });

  test('carries the digests of its files, names no folder, and is the same wherever it is built', async () => {
    const [{ store }, other] = await Promise.all([build('here'), build('there')]);
    const mark = readFileSync(join(store.folder, 'store.json'), 'utf8');
    expect(mark).toBe(readFileSync(join(other.store.folder, 'store.json'), 'utf8'));
    expect(mark).not.toContain(work.folder);
    const { files } = JSON.parse(mark) as { files: Record<string, string> };
    expect(Object.keys(files)).toEqual(['tokens.bin', 'documents.parquet']);
    for (const [name, sha256] of Object.entries(files)) {
      expect(await hashFile(join(store.folder, name))).toBe(sha256);
    }
  });

  test('another tokenizer or other inputs are another store beside it', async () => {
    const bpe = await loadTokenizer({ bpe: 300 }, work.path('bpe'), () => stream(texts));
    const { store } = await build('beside');
    const second = await build('beside', mail, { tokenizer: bpe });
    const third = await build('beside', mail, { fingerprint: 'changed' });
    expect(new Set([store.folder, second.store.folder, third.store.folder]).size).toBe(3);
    expect(second.store.tokens).toBeLessThan(store.tokens);
    const row = (await readDocumentRows(second.store))[1]!;
    expect(bpe.decode(readTokens(second.store, row.offset, row.tokens))).toBe(texts[1]);
  });

  test('a vocabulary over 65,536 takes four bytes a token', async () => {
    const wide = { ...bytes, vocabularySize: 70_000, endOfText: 69_999, hash: 'wide' };
    const { store } = await build('wide', mail, { tokenizer: wide });
    expect(store.tokenBytes).toBe(4);
    expect([...readTokens(store, 5, 3)]).toEqual([69_999, 'z'.charCodeAt(0), 'w'.charCodeAt(0)]);
  });

  test('one that lacks its mark, or is cut short, is built again', async () => {
    const { store } = await build('half');
    const whole = readFileSync(join(store.folder, 'tokens.bin'));
    rmSync(join(store.folder, 'store.json'));
    expect(openTokenStore(store.folder)).toBeUndefined();
    expect((await build('half')).store).toEqual(store);

    writeFileSync(join(store.folder, 'tokens.bin'), whole.subarray(0, 100));
    expect(openTokenStore(store.folder)).toBeUndefined();
    expect((await build('half')).store).toEqual(store);
    expect(readFileSync(join(store.folder, 'tokens.bin'))).toEqual(whole);
    expect(readdirSync(work.path('half'))).toHaveLength(1);
  });

  test('what a killed process left half-written is removed', async () => {
    const { store } = await build('killed');
    rmSync(store.folder, { recursive: true });
    const left = temporaryOfKilled(store.folder);
    mkdirSync(left);
    writeFileSync(join(left, 'tokens.bin'), 'half');
    await build('killed');
    expect(existsSync(left)).toBe(false);
  });

  test('reports progress as it goes', async () => {
    const lines = Array.from({ length: 2500 }, (_, i) => JSON.stringify({ text: `row ${i}` }));
    work.write('long.jsonl', lines.join('\n'));
    const seen: number[] = [];
    const { store } = await build('progress', work.source('long.jsonl'), {
      onProgress: (progress) => seen.push(progress.documents),
    });
    expect(seen).toEqual([1000, 2000, 2500]);
    expect(store.documents).toBe(2500);
  });

  test('stops when asked, in the middle of a source, and leaves nothing behind', async () => {
    const lines = Array.from({ length: 2500 }, (_, i) => JSON.stringify({ text: `row ${i}` }));
    work.write('stopped.jsonl', lines.join('\n'));
    const controller = new AbortController();
    const seen: number[] = [];
    const stopped = build('stopped', work.source('stopped.jsonl'), {
      signal: controller.signal,
      onProgress: ({ documents }) => {
        seen.push(documents);
        controller.abort();
      },
    });
    await expect(stopped).rejects.toThrow('aborted');
    expect(seen).toEqual([1000]);
    expect(readdirSync(work.path('stopped'))).toEqual([]);
  });

  test('rows of several row groups come back in order', async () => {
    const lines = Array.from({ length: 100_001 }, (_, i) => `{"text":"${i}"}`);
    work.write('groups.jsonl', lines.join('\n'));
    const { store } = await build('groups', work.source('groups.jsonl'));
    const table = await readDocumentTable(store);
    expect(table.documents).toBe(100_001);
    expect(table.id[0]).toBe(documentId('0'));
    expect(table.id[75_000]).toBe(documentId('75000'));
    expect(table.origin[100_000]).toBe('groups.jsonl:100001');
    expect(table.offset[100_000]! + table.tokens[100_000]! + 1).toBe(store.tokens);
  });

  test('tokens beyond its end are refused', async () => {
    const { store } = await build('whole');
    expect(() => readTokens(store, store.tokens, 1)).toThrow(RangeError);
    expect(() => readTokens(store, -1, 1)).toThrow(RangeError);
    expect([...readTokens(store, store.tokens, 0)]).toEqual([]);
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

  test('a folder that cannot be made is an error of the system', async () => {
    work.write('file', '');
    const error = await errorOf(() => build('file/stores'));
    expect(error).toBeInstanceOf(AssayError);
    expect((error as AssayError).exitCode).toBe(ExitCode.system);
  });
});
