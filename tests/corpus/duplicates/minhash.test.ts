import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  minhashGroup,
  minhashSignature,
  normaliseWord,
  signatureBytes,
  wordHashes,
} from '../../../src/corpus/duplicates/index.js';
import { DocumentText } from '../../../src/corpus/signals/document-text.js';
import { demoTexts } from './sources.js';

const signatureOf = (text: string) => [...minhashSignature(new DocumentText(text))];
const hashesOf = (text: string) => {
  const { high, low } = wordHashes(new DocumentText(text));
  return [...high].map((hash, i) => `${hash}/${low[i]}`);
};

describe('hashes of words', () => {
  test('are those of the words that are written in other case, with other punctuation or as ligatures', () => {
    expect(hashesOf("DON'T file E-Mail 3.14")).toEqual(hashesOf('don’t ﬁle e-mail 314'));
  });

  test('a word in ASCII is hashed as its normalised form', () => {
    const characters = fc.constantFrom(..."aZ09'._-".split(''), 'é', 'Σ', '٣');
    const word = fc.string({ unit: characters, minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(word, (text) => {
        const { words } = new DocumentText(text);
        const normalised = Array.from(words.starts.slice(0, words.count), (start, i) =>
          normaliseWord(text.slice(start, words.ends[i])),
        ).filter((kept) => kept !== '');
        expect(hashesOf(text)).toEqual(normalised.flatMap(hashesOf));
      }),
    );
  });

  test('runs of underscores are no words', () => {
    expect(hashesOf('name: ____ date: ____')).toEqual(hashesOf('name date'));
  });

  test('the different words of a dictionary all have different hashes, in either half', () => {
    const text = demoTexts('dictionary').slice(0, 30_000).join('\n');
    const different = new Set(text.match(/[a-z]+/gi)!.map((word) => word.toLowerCase()));
    const { high, low } = wordHashes(new DocumentText([...different].join(' ')));
    expect(different.size).toBeGreaterThan(20_000);
    // Of 2^32 values, so many words are expected to share one 0.2 times.
    expect(new Set(high).size).toBeGreaterThanOrEqual(different.size - 3);
    expect(new Set(low).size).toBeGreaterThanOrEqual(different.size - 3);
    expect(new Set(Array.from(high, (hash, i) => `${hash}/${low[i]}`)).size).toBe(different.size);
  });
});

describe('a MinHash signature', () => {
  test('is of the set of word 5-grams: case, punctuation and repetition change nothing', () => {
    const text = 'It was the best of times, it was the worst of times, it was the age of wisdom';
    expect(signatureOf(text.toUpperCase().replaceAll(',', ' —'))).toEqual(signatureOf(text));
    const cycle = 'one two three four five six ';
    expect(signatureOf(cycle.repeat(2) + cycle)).toEqual(signatureOf(cycle.repeat(9)));
  });

  test('of fewer than 5 words is of all of them', () => {
    expect(signatureOf('Four words, no more')).toEqual(signatureOf('four words no more'));
    expect(signatureOf('four words no more')).not.toEqual(signatureOf('four words no'));
    expect(signatureOf('four words no more')).not.toEqual(signatureOf('no more four words'));
  });

  test('without words has 4294967295 in every place', () => {
    expect(new Set(signatureOf(' … ---\n'))).toEqual(new Set([0xffffffff]));
  });

  test('stays what it is: stored signatures are compared with new ones, so a change needs a new version', () => {
    expect(minhashGroup().version).toBe(1);
    const pinned = [93532247, 1024177079, 310553377, 301144680];
    expect(signatureOf('the quick brown fox jumps over the lazy dog').slice(0, 4)).toEqual(pinned);
  });

  test('is stored as little-endian uint32, and nothing else is', async () => {
    const text = 'the quick brown fox jumps over the lazy dog';
    const group = minhashGroup();
    const { values, bytes } = (await group.open())(new DocumentText(text));
    expect([group.columns, values]).toEqual([[], []]);
    expect(group.binaryBytes).toBe(signatureBytes);
    const view = new DataView(bytes!.buffer, bytes!.byteOffset, bytes!.byteLength);
    expect(Array.from({ length: 112 }, (_, i) => view.getUint32(4 * i, true))).toEqual(signatureOf(text));
  });
});
