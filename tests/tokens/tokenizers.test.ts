/** One contract for every tokenizer, and what is known from outside about each. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadTokenizer, openTokenizer, type Tokenizer } from '../../src/tokens/index.js';
import { workspace } from '../corpus/workspace.js';
import { stream, testDocuments } from './documents.js';

const work = workspace();
const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const training = testDocuments(5, 300);
const specs: ('bytes' | 'gpt2' | { bpe: number })[] = ['bytes', 'gpt2', { bpe: 257 }, { bpe: 600 }];
const utf8 = new TextEncoder();

describe.each(specs)('tokenizer %j', (spec) => {
  let tokenizer: Tokenizer;
  const folder = work.path(JSON.stringify(spec));
  beforeAll(async () => {
    tokenizer = await loadTokenizer(spec, folder, () => stream(training));
    return () => tokenizer.dispose();
  });

  test('has the size asked for, and end-of-text as its last id', () => {
    const size = spec === 'bytes' ? 257 : spec === 'gpt2' ? 50257 : spec.bpe;
    expect(tokenizer.spec).toEqual(spec);
    expect(tokenizer.vocabularySize).toBe(size);
    expect(tokenizer.endOfText).toBe(size - 1);
  });

  test('decodes what it encodes, and knows the bytes of each token', () => {
    const check = (text: string) => {
      const ids = tokenizer.encode(text);
      expect(ids).toBeInstanceOf(Uint32Array);
      expect(tokenizer.decode(ids)).toBe(text);
      const bytes = ids.reduce((sum, id) => sum + tokenizer.tokenByteLengths[id]!, 0);
      expect(bytes).toBe(utf8.encode(text).length);
      expect(ids.every((id) => id < tokenizer.endOfText)).toBe(true);
    };
    for (const text of testDocuments(6, 200)) check(text);
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), check));
  });

  test('takes the characters <|endoftext|> for ordinary text', () => {
    const ids = tokenizer.encode('a<|endoftext|>b');
    expect([...ids]).not.toContain(tokenizer.endOfText);
    expect(tokenizer.decode(ids)).toBe('a<|endoftext|>b');
  });

  test('end-of-text stands for no bytes', () => {
    expect(tokenizer.tokenByteLengths).toHaveLength(tokenizer.vocabularySize);
    expect(tokenizer.tokenByteLengths[tokenizer.endOfText]).toBe(0);
    expect(tokenizer.decode([...tokenizer.encode('a'), tokenizer.endOfText, ...tokenizer.encode('b')])).toBe(
      'ab',
    );
  });

  test('an empty text has no tokens', () => {
    expect(tokenizer.encode('')).toHaveLength(0);
  });

  test('takes a million characters of one kind without a break', () => {
    for (const unit of ['acgt', '\n', '🦊']) {
      const text = `${unit.repeat(1_000_000 / unit.length)}x`;
      expect(tokenizer.decode(tokenizer.encode(text)) === text).toBe(true);
    }
  });

  test('a long text has the ids of its parts', () => {
    const part = `${training.join(' ')} end`;
    const parts = Array.from({ length: Math.ceil(2_500_000 / part.length) }, () => ` ${part}`);
    const expected = parts.flatMap((text) => [...tokenizer.encode(text)]);
    expect(
      Buffer.compare(
        Buffer.from(tokenizer.encode(parts.join('')).buffer),
        Buffer.from(Uint32Array.from(expected).buffer),
      ),
    ).toBe(0);
  });

  test('loaded from its tokenizer.json it is the same, and is not trained again', async () => {
    const noSample = () => {
      throw new Error('the sample was read again');
    };
    const again = await loadTokenizer(spec, folder, noSample);
    expect(again.hash).toBe(tokenizer.hash);
    const opened = openTokenizer(`${folder}/tokenizer.json`);
    for (const text of testDocuments(7, 50)) expect(opened.encode(text)).toEqual(tokenizer.encode(text));
    again.dispose();
    opened.dispose();
  });
});

describe('outside references', () => {
  test('bytes: an id is the value of a byte', async () => {
    const tokenizer = await loadTokenizer('bytes', work.path('b'), () => stream([]));
    expect([...tokenizer.encode('Aé')]).toEqual([0x41, 0xc3, 0xa9]);
  });

  test('gpt2: the ids are those of the Python package tiktoken', async () => {
    const tokenizer = await loadTokenizer('gpt2', work.path('g'), () => stream([]));
    const rows: { text: string; ids: number[] }[] = JSON.parse(
      readFileSync(fixture('gpt2-ids.json'), 'utf8'),
    );
    expect(rows.length).toBeGreaterThan(10);
    for (const { text, ids } of rows) expect([...tokenizer.encode(text)], text).toEqual(ids);
    tokenizer.dispose();
  });

  test('bpe: training gives the pinned tokenizer.json, byte for byte', async () => {
    const texts = pinnedTexts();
    await loadTokenizer({ bpe: 600 }, work.path('pinned'), () => stream(texts));
    const trained = readFileSync(work.path('pinned/tokenizer.json'), 'utf8');
    expect(trained).toBe(readFileSync(fixture('bpe/tokenizer.json'), 'utf8'));
  });

  test("bpe: 400 documents have the ids that Hugging Face's tokenizers gives from the exported file", () => {
    const tokenizer = openTokenizer(fixture('bpe/tokenizer.json'));
    const ids: number[][] = JSON.parse(readFileSync(fixture('bpe/ids.json'), 'utf8'));
    const texts = pinnedTexts();
    expect(texts).toHaveLength(400);
    texts.forEach((text, i) => {
      expect([...tokenizer.encode(text)], text).toEqual(ids[i]);
    });
    tokenizer.dispose();
  });
});

function pinnedTexts(): string[] {
  const lines = readFileSync(fixture('bpe/texts.jsonl'), 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as string);
}
