/** Sources that hold tokens, read as documents like any other source. */
import { cpSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { documentId, fingerprint, listFiles, readDocuments } from '../../src/corpus/index.js';
import { AssayError } from '../../src/errors.js';
import { parseStudy } from '../../src/load-study.js';
import type { MalformedRow, SourceSpec } from '../../src/records.js';
import { bytesTokenizer, pretokenizedDocuments, TokenFiles, tokenReader } from '../../src/tokens/index.js';
import { collect, errorOf, workspace } from '../corpus/workspace.js';

const work = workspace();
const fixtures = fileURLToPath(new URL('fixtures/pretokenized', import.meta.url));
const texts: string[] = JSON.parse(readFileSync(`${fixtures}/documents.json`, 'utf8'));
const tokenizer = bytesTokenizer();
const source = (pattern: string, more: Partial<SourceSpec> = {}): SourceSpec => ({
  paths: [`${fixtures}/${pattern}`],
  text: 'text',
  tokens: { tokenizer: 'bytes' },
  ...more,
});

test('the readers of a study give the documents of a source with tokens', async () => {
  for (const pattern of ['raw-[ab].npy', 'megatron-[ab].*']) {
    const malformed: MalformedRow[] = [];
    const onMalformed = (row: MalformedRow) => malformed.push(row);
    const options = { base: fixtures, tokens: tokenReader(tokenizer) };
    const documents = await collect(readDocuments('web', source(pattern), onMalformed, options));
    expect(documents.map(({ text }) => text)).toEqual(texts);
    expect(documents.map(({ id }) => id)).toEqual(texts.map(documentId));
    expect(documents[15]!.origin).toMatch(/^(raw-b\.npy|megatron-b\.bin):1$/);
    expect(malformed).toEqual([]);
  }
});

test('malformed documents are counted, with their place', async () => {
  const malformed: MalformedRow[] = [];
  const options = { base: fixtures, tokens: tokenReader(tokenizer) };
  const onMalformed = (row: MalformedRow) => malformed.push(row);
  const spec = source('megatron-without-end.bin');
  expect(await collect(readDocuments('web', spec, onMalformed, options))).toEqual([]);
  expect(malformed[2]).toEqual({
    origin: 'megatron-without-end.bin:3',
    reason: 'no end-of-text at its end, expected token 256',
  });
});

test('each document knows where its tokens lie in the files', async () => {
  const opened = await pretokenizedDocuments('web', source('header-[ab].npy'), tokenizer, () => {});
  const files = new TokenFiles(opened.files, opened.tokenBytes);
  for await (const { text, offset, tokens } of opened.documents()) {
    const ids = new Uint32Array(tokens + 1);
    files.read(offset, ids);
    expect([...ids]).toEqual([...Buffer.from(text), 256]);
  }
  files.close();
});

test('tokens of another tokenizer, and columns of tokens, are errors of the study', async () => {
  const options = { tokens: tokenReader(tokenizer) };
  const read = (spec: SourceSpec) => errorOf(() => collect(readDocuments('web', spec, () => {}, options)));
  const other = await read(source('raw-a.npy', { tokens: { tokenizer: 'gpt2' } }));
  expect((other as AssayError).message).toMatch(
    /^source "web": tokens of another tokenizer .* expected "bytes", got "gpt2"/,
  );
  const columns = await read(source('raw-a.npy', { where: 'score > 1' }));
  expect((columns as AssayError).message).toMatch(/tokens have no columns/);
  expect(columns).toBeInstanceOf(AssayError);
});

test('the tokenizer is part of the fingerprint', async () => {
  const spec = source('raw-a.npy');
  const files = await listFiles(spec, 'source');
  const prints = await Promise.all(
    ['a', 'b', 'b'].map((hash) => fingerprint(spec, files, { base: fixtures, tokens: { hash } })),
  );
  expect(prints[0]).not.toBe(prints[1]);
  expect(prints[1]).toBe(prints[2]);
});

test('a study names the tokenizer of such a source', async () => {
  cpSync(`${fixtures}/raw-a.npy`, work.path('raw-a.npy'));
  const study = await parseStudy(
    `study: s
tokenizer: { file: t/tokenizer.json, endOfText: </s> }
sources:
  web: { path: raw-a.npy, tokenizer: { file: t/tokenizer.json, endOfText: </s> }, dtype: uint32 }
  text: { path: a.jsonl }
recipes: { all: natural }
validate: { web: { holdout: 1 %, of: web } }
proxy: { model: { layers: 2, width: 64, heads: 4 }, learningRate: 1e-3, tokens: 1M }
`,
    work.path('study.yaml'),
  );
  const file = work.path('t/tokenizer.json');
  expect(study.tokenizer).toEqual({ file, endOfText: '</s>' });
  expect(study.sources.web!.tokens).toEqual({ tokenizer: { file, endOfText: '</s>' }, dtype: 'uint32' });
  expect(study.sources.text!.tokens).toBeUndefined();
  const wrong = await errorOf(() =>
    parseStudy(
      study.text.replace(
        'raw-a.npy, tokenizer: { file: t/tokenizer.json, endOfText: </s> }',
        'a, tokenizer: { bpe: 300 }',
      ),
      's.yaml',
    ),
  );
  expect(String(wrong)).toMatch(/"file" is missing, expected the path of a tokenizer\.json/);
});
