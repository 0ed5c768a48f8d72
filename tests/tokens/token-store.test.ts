import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { documentId } from '../../src/corpus/index.js';
import { AssayError, ExitCode } from '../../src/errors.js';
import type { SourceSpec } from '../../src/records.js';
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
import { buildCorpus } from './stores.js';

const work = workspace();
const bytes = await loadTokenizer('bytes', work.path('bytes'), () => stream([]));
const texts = ['first', 'zweiter Text\n', 'first', 'fox 🦊', 'first', ...testDocuments(11, 100)];
const rows = texts.map((text) => JSON.stringify({ text }));
rows.splice(2, 0, '{oops', '', '{"body":1}');
work.write('mail.jsonl', rows.join('\n'));
const mail = work.source('mail.jsonl');

async function build(folder: string, source: SourceSpec = mail, more: Partial<TokenStoreOptions> = {}) {
  const base = work.folder;
  const onMalformed = () => {};
  const corpus = await buildCorpus({
    name: 'mail',
    source,
    folder: work.path('measured'),
    base,
    onMalformed,
  });
  const options = { corpus, source, tokenizer: bytes, folder: work.path(folder), base, ...more };
  return { corpus: options.corpus, store: await buildTokenStore(options) };
}

describe('a token store', () => {
  test('holds the tokens of every document, each followed by end-of-text', async () => {
    const { corpus, store } = await build('whole');
    expect(store).toMatchObject({ source: 'mail', tokenBytes: 2, documents: 105 });
    const documents = await readDocumentRows(corpus, store);
    expect(documents).toHaveLength(texts.length);
    let offset = 0;
    documents.forEach((row, i) => {
      const text = texts[i]!;
      expect(row).toMatchObject({ id: documentId(text), offset, tokens: Buffer.byteLength(text) });
      expect(bytes.decode(readTokens(store, row.offset, row.tokens))).toBe(text);
      expect([...readTokens(store, row.offset + row.tokens, 1)]).toEqual([bytes.endOfText]);
      offset += row.tokens + 1;
    });
    expect(store.tokens).toBe(offset);
    expect(corpus.bytes).toBe(offset - texts.length);
    expect(statSync(join(store.folder, 'tokens.bin')).size).toBe(2 * offset);
  });

  test('reads back as columns, and as records', async () => {
    const { corpus, store } = await build('whole');
    const documents = await readDocumentRows(corpus, store);
    const table = await readDocumentTable(corpus, store);
    expect(table.documents).toBe(documents.length);
    expect([...table.offset]).toEqual(documents.map((row) => row.offset));
    expect(table.origin).toEqual(documents.map((row) => row.origin));
  });

  test('is built once: the second time no row is read', async () => {
    const first = await build('once');
    const before = statSync(join(first.store.folder, 'tokens.bin'));
    const again = await build('once');
    expect(again.store).toEqual(first.store);
    expect(statSync(join(first.store.folder, 'tokens.bin')).ino).toBe(before.ino);
  });

  test('carries the digests of its files, names no folder, and is the same wherever it is built', async () => {
    const [{ store }, other] = await Promise.all([build('here'), build('there')]);
    const mark = readFileSync(join(store.folder, 'store.json'), 'utf8');
    expect(mark).toBe(readFileSync(join(other.store.folder, 'store.json'), 'utf8'));
    expect(mark).not.toContain(work.folder);
    const { files } = JSON.parse(mark) as { files: Record<string, string> };
    expect(Object.keys(files)).toEqual(['tokens.bin', 'tokens.parquet']);
    for (const [name, sha256] of Object.entries(files)) {
      expect(await hashFile(join(store.folder, name))).toBe(sha256);
    }
  });

  test('another tokenizer or other inputs are another store beside it', async () => {
    const bpe = await loadTokenizer({ bpe: 300 }, work.path('bpe'), () => stream(texts));
    const { store } = await build('beside');
    const second = await build('beside', mail, { tokenizer: bpe });
    work.write('other.jsonl', rows.slice(3).join('\n'));
    const third = await build('beside', work.source('other.jsonl'));
    expect(new Set([store.folder, second.store.folder, third.store.folder]).size).toBe(3);
    expect(second.store.tokens).toBeLessThan(store.tokens);
    const row = (await readDocumentRows(second.corpus, second.store))[1]!;
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
    const { corpus, store } = await build('groups', work.source('groups.jsonl'));
    const table = await readDocumentTable(corpus, store);
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
  test('a source that changed since it was measured is named, and nothing is left behind', async () => {
    work.write('changing.jsonl', '{"text":"one"}\n{"text":"two"}\n');
    const source = work.source('changing.jsonl');
    const { corpus } = await build('unchanged', source);
    for (const [content, got] of [
      ['{"text":"one"}\n{"text":"2"}\n', 'another text at changing.jsonl:2'],
      ['{"text":"one"}\n', '1 documents'],
    ]) {
      work.write('changing.jsonl', content!);
      const error = (await errorOf(() => build('changed', source, { corpus }))) as AssayError;
      expect(error).toBeInstanceOf(AssayError);
      expect(error.message).toContain('source "mail": its files changed while they were in use');
      expect(error.details.got).toBe(got);
      expect(readdirSync(work.path('changed'))).toEqual([]);
    }
  });

  test('a folder that cannot be made is an error of the system', async () => {
    work.write('file', '');
    const error = await errorOf(() => build('file/stores'));
    expect(error).toBeInstanceOf(AssayError);
    expect((error as AssayError).exitCode).toBe(ExitCode.system);
  });
});
