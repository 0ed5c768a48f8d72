import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { documentId, measure } from '../../src/corpus/index.js';

describe('documentId', () => {
  test('is the first half of the SHA-256 of the text, as published for "abc" and the empty text', () => {
    // FIPS 180-2, appendix B.1, and the digest of no bytes.
    expect(documentId('abc')).toBe('ba7816bf8f01cfea414140de5dae2223');
    expect(documentId('')).toBe('e3b0c44298fc1c149afbf4c8996fb924');
  });
});

describe('measure', () => {
  test('counts bytes, code points, words and lines', () => {
    expect(measure('Grüße 🦊\nan alle\n')).toEqual({ bytes: 21, characters: 16, words: 4, lines: 2 });
  });

  test('an empty text measures 0', () => {
    expect(measure('')).toEqual({ bytes: 0, characters: 0, words: 0, lines: 0 });
  });

  test.each([
    ['a', 1],
    ['a\n', 1],
    ['a\nb', 2],
    ['\n', 1],
    ['\n\n', 2],
    ['a\r\nb\r\n', 2],
  ])('%j has %i lines', (text, count) => {
    expect(measure(text).lines).toBe(count);
  });

  test('agrees with plain definitions on any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
        const signals = measure(text);
        expect(signals.bytes).toBe(new TextEncoder().encode(text).length);
        expect(signals.characters).toBe([...text].length);
        expect(signals.words).toBe(text.match(/\P{White_Space}+/gu)?.length ?? 0);
      }),
    );
  });
});
