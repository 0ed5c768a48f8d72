import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { segmentWords } from '../../../src/corpus/signals/segment-words.js';
import { realDocuments } from './real-documents.js';

const segmenter = new Intl.Segmenter('en', { granularity: 'word' });

/** One segment at a time: each of them holds a copy of the whole text. */
function expected(text: string): number[][] {
  const spans: number[][] = [];
  for (const { index, segment, isWordLike } of segmenter.segment(text)) {
    if (isWordLike) spans.push([index, index + segment.length]);
  }
  return spans;
}

function found(text: string): number[][] {
  const { count, starts, ends } = segmentWords(text);
  return Array.from({ length: count }, (_, i) => [starts[i]!, ends[i]!]);
}

describe('segmentWords', () => {
  test('finds the words of a sentence, without punctuation', () => {
    const text = 'The “quick” fox can’t jump 32.3 feet, right? snake_case a:b';
    const words = found(text).map(([start, end]) => text.slice(start, end));
    // The sentence of UAX #29, Figure 1, and what connectors and a colon between letters do.
    expect(words).toEqual([
      'The',
      'quick',
      'fox',
      'can’t',
      'jump',
      '32.3',
      'feet',
      'right',
      'snake_case',
      'a:b',
    ]);
  });

  test('agrees with Intl.Segmenter on every character below U+3100, and some above, beside letters, digits and connectors', () => {
    const wrong: string[] = [];
    // Above, all characters are left to Intl.Segmenter; some of them will do.
    for (let unit = 0; unit < 0x10000; unit += unit < 0x3100 ? 1 : 61) {
      const c = String.fromCharCode(unit);
      const text = `a${c}a ${c}a1${c}1 ${c}${c} _${c}_ .${c}a${c}1${c}`;
      if (JSON.stringify(found(text)) !== JSON.stringify(expected(text))) wrong.push(unit.toString(16));
    }
    expect(wrong).toEqual([]);
  });

  test('agrees with Intl.Segmenter on mixtures of scripts, marks, emoji and punctuation', () => {
    const pieces = [
      ...[
        'a',
        'Be',
        'ß',
        'é',
        'Ж',
        'ω',
        '1',
        '42',
        '_',
        '٣',
        'ש',
        '漢字',
        'かな',
        'カタ',
        '한국',
        'ไทย',
        'क्षि',
      ],
      ...[
        '.',
        ',',
        ':',
        ';',
        "'",
        '’',
        '"',
        '·',
        '-',
        '(',
        '#',
        '…',
        '—',
        ' ',
        '  ',
        '\n',
        '\r\n',
        '\t',
        '\u00a0',
      ],
      ...['\u0301', '\u00ad', '\u200d', '\u200b', '\ufeff', '\u202f', '👩‍🚀', '🇩🇪', '🇫', '™', '\u0000'],
      ...['\ud83d', '\ude00', '𝔘', 'a\u0308', '²', '½', 'ª', '@', '/', '://', 'x.y'],
    ];
    const text = fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (mixed) => {
        expect(found(mixed)).toEqual(expected(mixed));
      }),
      { numRuns: 2_000 },
    );
  });

  test('agrees with Intl.Segmenter on any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        expect(found(text)).toEqual(expected(text));
      }),
      { numRuns: 1_000 },
    );
  });

  test('agrees with Intl.Segmenter on real speeches, mails, licences and glosses', () => {
    const different = realDocuments()
      .filter(({ text }, i) => i % 4 === 0 && text.length < 10_000)
      .filter(({ text }) => JSON.stringify(found(text)) !== JSON.stringify(expected(text)));
    expect(different.map(({ name, row }) => `${name}:${row}`)).toEqual([]);
  });

  test('agrees with Intl.Segmenter on long foreign stretches, which are cut at separators', () => {
    for (const sentence of [
      'Всё это — שלום, мир! नमस्ते दुनिया. ',
      '漢字かな交じり文。「引用」、カタカナも。',
    ]) {
      const text = sentence.repeat(200);
      expect(found(text)).toEqual(expected(text));
    }
  });

  test('takes stretches without any separator, of any length', () => {
    expect(segmentWords('a'.repeat(3_000_000)).count).toBe(1);
    // Each cut of the longest stretch adds at most one word.
    const { count, ends } = segmentWords(`${'a\u0301'.repeat(50_000)} end`);
    expect(count).toBeLessThanOrEqual(50);
    expect(ends[count - 1]).toBe(100_004);
  });
});
