import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gpt2Pattern, pieceEnd, safeParts } from '../../src/tokens/pre-tokens.js';
import { testDocuments } from './documents.js';

/** The pattern with Unicode's white space, which JavaScript's `\s` is not (it lacks U+0085 and has U+FEFF). */
const pattern = new RegExp(
  gpt2Pattern
    .replaceAll('[^\\s', '[^\\p{White_Space}')
    .replaceAll('\\s', '\\p{White_Space}')
    .replaceAll('\\S', '\\P{White_Space}'),
  'gu',
);

function pieces(text: string): string[] {
  const found: string[] = [];
  for (let start = 0; start < text.length; ) {
    const end = pieceEnd(text, start);
    found.push(text.slice(start, end));
    start = end;
  }
  return found;
}

const tricky = fc
  .array(
    fc.constantFrom(' ', '  ', '\n', '\u0085', '\ufeff', 'a', 'é', '𝔘', '7', '½', '.', "'", 's', 'll', '🦊'),
  )
  .map((parts) => parts.join(''));
const text = fc.oneof(tricky, fc.string({ unit: 'binary', maxLength: 40 }));

describe('the scanner of pieces', () => {
  test('finds what the regular expression finds', () => {
    fc.assert(
      fc.property(text, (sample) => {
        expect(pieces(sample)).toEqual(sample.match(pattern) ?? []);
      }),
      { numRuns: 2000 },
    );
    for (const document of testDocuments(2, 100)) expect(pieces(document)).toEqual(document.match(pattern));
  });

  test('splits contractions, words, numbers, punctuation and white space as GPT-2 does', () => {
    expect(pieces("It's 42!  Don't\n\nstop")).toEqual([
      'It',
      "'s",
      ' 42',
      '!',
      ' ',
      ' Don',
      "'t",
      '\n',
      '\n',
      'stop',
    ]);
  });

  test('takes a run of millions of characters, emoji included', () => {
    expect(pieces('🦊'.repeat(3_000_000))).toHaveLength(1);
  });
});

describe('safe parts', () => {
  test('join to the text and have together the pieces of the whole', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 10 }), (sample, units) => {
        const parts = [...safeParts(sample, units)];
        expect(parts.join('')).toBe(sample);
        expect(parts.flatMap(pieces)).toEqual(pieces(sample));
      }),
      { numRuns: 2000 },
    );
  });
});
