/** Foreign tokenizers: the ids of PyPI's `tokenizers` (scripts/tokenizer-fixtures.py), and files that are none. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AssayError } from '../../src/errors.js';
import { loadTokenizer, openTokenizer } from '../../src/tokens/load-tokenizer.js';
import type { Tokenizer } from '../../src/tokens/tokenizer.js';
import { tokenizerFolderName, vocabularySizeOf } from '../../src/tokens/tokenizer-facts.js';
import { errorOf, workspace } from '../corpus/workspace.js';
import { stream } from './documents.js';

const work = workspace();
const fixture = (name: string) => fileURLToPath(new URL(`fixtures/hugging-face/${name}`, import.meta.url));
const lines = <T>(name: string): T[] =>
  readFileSync(fixture(name), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
const texts = lines<string>('texts.jsonl');

const kinds = [
  { kind: 'byte-level', endOfText: '<|endoftext|>', exact: true },
  { kind: 'byte-level-llama3', endOfText: '<|endoftext|>', exact: false },
  { kind: 'word-piece', endOfText: '[SEP]', exact: false },
  { kind: 'unigram', endOfText: '</s>', exact: false },
  { kind: 'byte-fallback', endOfText: '</s>', exact: false },
];

describe.each(kinds)('a tokenizer.json of kind $kind', ({ kind, endOfText, exact }) => {
  const file = fixture(`${kind}.json`);
  const json = JSON.parse(readFileSync(file, 'utf8'));
  let tokenizer: Tokenizer;
  beforeAll(async () => {
    tokenizer = await loadTokenizer({ file }, work.path(kind), () => stream([]));
  });
  afterAll(() => tokenizer.dispose());

  test("gives the ids of PyPI's tokenizers, on licences and on tricky characters", () => {
    const expected = lines<number[]>(`${kind}.ids.jsonl`);
    expect(expected).toHaveLength(texts.length);
    let same = 0;
    texts.forEach((text, i) => {
      // Python's Unigram finds `</s>` in a text as a piece of its vocabulary, which here is text like any other.
      if (kind === 'unigram' && text.includes('</s>')) return;
      expect([...tokenizer.encode(text)], JSON.stringify(text)).toEqual(expected[i]);
      same++;
    });
    expect(same).toBeGreaterThanOrEqual(texts.length - 1);
  });

  test('knows its size and its end-of-text before it is loaded', () => {
    const named = json.added_tokens.find(({ content }: { content: string }) => content === endOfText);
    expect(tokenizer.endOfText).toBe(named.id);
    const ids = [
      ...Object.values<number>(json.model.vocab),
      ...json.added_tokens.map((t: { id: number }) => t.id),
    ];
    const size = Array.isArray(json.model.vocab) ? json.model.vocab.length : Math.max(...ids) + 1;
    expect(tokenizer.vocabularySize).toBe(size);
    expect(vocabularySizeOf({ file })).toBe(size);
    expect(tokenizer.tokenByteLengths).toHaveLength(size);
    expect(tokenizer.tokenByteLengths[tokenizer.endOfText]).toBe(0);
  });

  test('takes the names of special tokens for text, and adds none', () => {
    const names = json.added_tokens.filter((t: { special: boolean }) => t.special);
    for (const { content } of names) {
      for (const text of [content, ` ${content} `, `a${content}b`]) {
        expect([...tokenizer.encode(text)], text).not.toContain(tokenizer.endOfText);
      }
    }
    expect(tokenizer.encode('')).toHaveLength(0);
  });

  test('shares the bytes of a text among its tokens', () => {
    expect(tokenizer.exactByteLengths).toBe(exact);
    const lines = texts.slice(0, 60).flatMap((text) => text.split('\n').map((line) => line.trim()));
    const prose = lines.filter((line) => /^[\x20-\x7e]{20,}$/.test(line) && !line.includes('  '));
    expect(prose.length).toBeGreaterThan(100);
    let shared = 0;
    let bytes = 0;
    for (const text of prose) {
      const lengths = [...tokenizer.encode(text)].map((id) => tokenizer.tokenByteLengths[id]!);
      const sum = lengths.reduce((total, length) => total + length, 0);
      // The others begin a text with a space of their own; WordPiece does not say where spaces stood.
      if (kind !== 'word-piece') expect(sum - text.length).toBe(kind.startsWith('byte-level') ? 0 : 1);
      shared += sum;
      bytes += text.length;
    }
    expect(shared / bytes).toBeGreaterThan(0.97);
    expect(shared / bytes).toBeLessThan(1.03);
  });

  test('decodes to the text, as far as its kind keeps it', () => {
    for (const text of texts.slice(0, 20)) {
      const decoded = tokenizer.decode([...tokenizer.encode(text), tokenizer.endOfText]);
      const plain = (t: string) => t.normalize('NFKC').toLowerCase().replaceAll(/\s/g, '');
      if (kind !== 'unigram') expect(plain(decoded)).toBe(plain(text));
      if (kind === 'byte-level') expect(decoded).toBe(text);
    }
  });

  test('is kept beside the results, and is the same when opened there', () => {
    const kept = openTokenizer(work.path(`${kind}/tokenizer.json`));
    expect(kept.hash).toBe(tokenizer.hash);
    expect(kept.endOfText).toBe(tokenizer.endOfText);
    expect(kept.encode(texts[0]!)).toEqual(tokenizer.encode(texts[0]!));
    kept.dispose();
  });
});

describe('end-of-text', () => {
  const file = fixture('word-piece.json');

  test('can be given, and decides the hash and the folder', async () => {
    const given = await loadTokenizer({ file, endOfText: '[CLS]' }, work.path('given'), () => stream([]));
    expect(given.endOfText).toBe(1);
    const kept = openTokenizer(work.path('given/tokenizer.json'));
    expect([kept.endOfText, kept.hash]).toEqual([1, given.hash]);
    const found = await loadTokenizer({ file }, work.path('found'), () => stream([]));
    expect(found.hash).not.toBe(given.hash);
    expect(tokenizerFolderName({ file }, '')).not.toBe(tokenizerFolderName({ file, endOfText: '[CLS]' }, ''));
    for (const tokenizer of [given, kept, found]) tokenizer.dispose();
  });

  test('that the vocabulary lacks is an error that says so', async () => {
    const error = await errorOf(() =>
      loadTokenizer({ file, endOfText: '<eod>' }, work.path('eod'), () => stream([])),
    );
    expect((error as AssayError).message).toMatch(/word-piece\.json: no token "<eod>"/);
  });
});

describe('files that are no tokenizer', () => {
  const broken: [string, string, RegExp][] = [
    ['not JSON', '{"model":', /not a tokenizer\.json/],
    ['deep JSON', '['.repeat(100_000), /not a tokenizer\.json/],
    ['no model', '{}', /no model/],
    ['a vocabulary of nothing', '{"model":{"type":"BPE","vocab":{},"merges":[]}}', /no tokens/],
    [
      'an id beyond all bounds',
      '{"model":{"type":"BPE","vocab":{"</s>":4294967295},"merges":[]}}',
      /too large/,
    ],
    ['an id that is none', '{"model":{"type":"BPE","vocab":{"</s>":"x"},"merges":[]}}', /not a vocabulary/],
    [
      'a merge of what is not there',
      '{"model":{"type":"BPE","vocab":{"</s>":0},"merges":["a b"]}}',
      /refused/,
    ],
    ['an unknown kind', '{"model":{"type":"Magic","vocab":{"</s>":0}}}', /refused/],
    [
      'a normalizer that ends the process',
      '{"normalizer":{"type":"Precompiled","precompiled_charsmap":"AAAA"},"model":{"type":"BPE","vocab":{"</s>":0},"merges":[]}}',
      /refused .* got it ends the process/,
    ],
    [
      'a pattern that does not end',
      '{"pre_tokenizer":{"type":"Split","pattern":{"Regex":"(a|a|aa|ab?|.?.?)*$x"},"behavior":"Isolated","invert":false},"model":{"type":"BPE","vocab":{"</s>":0},"merges":[]}}',
      /refused/,
    ],
  ];
  test.each(broken)('%s: an error that names the file', async (_what, content, message) => {
    mkdirSync(work.path('broken'), { recursive: true });
    const file = work.path('broken/t.json');
    writeFileSync(file, content);
    const error = await errorOf(() => loadTokenizer({ file }, work.path('b'), () => stream([])));
    expect(error).toBeInstanceOf(AssayError);
    expect((error as AssayError).message).toMatch(message);
    expect((error as AssayError).subject).toBe(file);
  });

  test('an absent one is an error', async () => {
    const error = await errorOf(async () => vocabularySizeOf({ file: work.path('absent.json') }));
    expect(error).toBeInstanceOf(AssayError);
  });

  test('a vocabulary with the token __proto__ is one', async () => {
    cpSync(fixture('byte-level.json'), work.path('proto.json'));
    const json = JSON.parse(readFileSync(work.path('proto.json'), 'utf8'));
    const { length } = Object.keys(json.model.vocab);
    json.model.vocab = Object.fromEntries([...Object.entries(json.model.vocab), ['__proto__', length]]);
    writeFileSync(work.path('proto.json'), JSON.stringify(json));
    const tokenizer = await loadTokenizer({ file: work.path('proto.json') }, work.path('p'), () =>
      stream([]),
    );
    expect(tokenizer.vocabularySize).toBe(length + 1);
    expect(tokenizer.decode([length])).toBe('__proto__');
    tokenizer.dispose();
  });
});
