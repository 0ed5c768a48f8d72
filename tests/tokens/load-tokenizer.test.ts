import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { AssayError, ExitCode } from '../../src/errors.js';
import { loadTokenizer, openTokenizer, sampleTexts } from '../../src/tokens/index.js';
import { collect, errorOf, workspace } from '../corpus/workspace.js';
import { stream, testDocuments } from './documents.js';

const work = workspace();

describe('loading a tokenizer', () => {
  test('too little text for the vocabulary is an error that says what would be possible, and that is possible', async () => {
    const texts = testDocuments(8, 5);
    const error = await errorOf(() =>
      loadTokenizer({ bpe: 30_000 }, work.path('little'), () => stream(texts)),
    );
    expect(error).toBeInstanceOf(AssayError);
    expect((error as AssayError).exitCode).toBe(ExitCode.data);
    expect((error as AssayError).message).toMatch(/^tokenizer \{ bpe: 30000 \}: too little text/);
    const possible = Number(/Use \{ bpe: (\d+) \}/.exec((error as AssayError).message)?.[1]);
    const tokenizer = await loadTokenizer({ bpe: possible }, work.path('little'), () => stream(texts));
    expect(tokenizer.vocabularySize).toBe(possible);
  });

  test.each([256, 0, -1, 300.5, 2 ** 21])('a vocabulary of %d is refused', async (bpe) => {
    const error = await errorOf(() => loadTokenizer({ bpe }, work.path('size'), () => stream([])));
    expect(error).toBeInstanceOf(AssayError);
    expect((error as AssayError).exitCode).toBe(ExitCode.study);
  });

  test('another size in the same folder is trained anew', async () => {
    const texts = testDocuments(9, 60);
    const small = await loadTokenizer({ bpe: 300 }, work.path('size'), () => stream(texts));
    const large = await loadTokenizer({ bpe: 310 }, work.path('size'), () => stream(texts));
    expect([small.vocabularySize, large.vocabularySize]).toEqual([300, 310]);
    expect(small.hash).not.toBe(large.hash);
  });

  test.each([
    ['not JSON', '{"model":'],
    ['without a vocabulary', '{}'],
    ['with a gap in its ids', '{"model":{"vocab":{"a":0,"<|endoftext|>":7}}}'],
  ])('a tokenizer.json %s is an error that names it', (_kind, content) => {
    mkdirSync(work.path('broken'), { recursive: true });
    writeFileSync(work.path('broken/tokenizer.json'), content);
    expect(() => openTokenizer(work.path('broken/tokenizer.json'))).toThrow(
      /broken\/tokenizer\.json: (not|refused) /,
    );
    expect(() => openTokenizer(work.path('absent/tokenizer.json'))).toThrow(
      /absent\/tokenizer\.json: no such file/,
    );
  });
});

describe('the sample of texts', () => {
  work.write('few/a.txt', 'a few words');
  work.write('few/copy.txt', 'a few words');
  const rows = testDocuments(10, 500).map((text, i) => JSON.stringify({ text: `${i} ${text}` }));
  work.write('many/a.jsonl', rows.join('\n'));
  work.write('huge/a.txt', 'huge '.repeat(100_000));
  const sources = { many: work.source('many'), few: work.source('few') };
  const size = (texts: string[]) => texts.reduce((sum, text) => sum + text.length, 0);

  test('is shared equally by the sources, and takes exact copies once', async () => {
    const texts = await collect(sampleTexts(sources, { characters: 20_000 }));
    expect(texts.filter((text) => text === 'a few words')).toHaveLength(1);
    expect(size(texts)).toBeLessThanOrEqual(10_000 + 'a few words'.length);
    expect(size(texts)).toBeGreaterThan(9_000);
  });

  test('is spread over a source and does not depend on the order of its rows', async () => {
    const texts = await collect(sampleTexts(sources, { characters: 20_000 }));
    const positions = texts.map((text) => Number.parseInt(text, 10)).filter((i) => !Number.isNaN(i));
    const mean = positions.reduce((sum, i) => sum + i, 0) / positions.length;
    // Uniform positions of n rows have mean 250 and a standard error of 500 / √(12 n).
    expect(Math.abs(mean - 250)).toBeLessThan((4 * 500) / Math.sqrt(12 * positions.length));

    work.write('turned/a.jsonl', rows.toReversed().join('\n'));
    const turned = await collect(
      sampleTexts({ many: work.source('turned'), few: work.source('few') }, { characters: 20_000 }),
    );
    expect(turned).toEqual(texts);
  });

  test('takes everything when everything fits', async () => {
    expect(await collect(sampleTexts(sources))).toHaveLength(501);
  });

  test('takes at most 100,000 characters of a document', async () => {
    expect(size(await collect(sampleTexts({ huge: work.source('huge') })))).toBe(100_000);
  });
});
