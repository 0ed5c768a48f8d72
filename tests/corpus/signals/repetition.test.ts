import { describe, expect, test } from 'vitest';
import {
  DocumentText,
  type RepetitionProfile,
  repetitionGroup,
  type SignalValue,
} from '../../../src/corpus/signals/index.js';
import { repetitionThresholds } from '../../../src/presets.js';

async function measure(profile: RepetitionProfile, text: string): Promise<Record<string, SignalValue>> {
  const group = repetitionGroup(profile);
  const { values } = (await group.open())(new DocumentText(text));
  return Object.fromEntries(
    group.columns.map(({ name }, i) => [name.replace(`${profile}_`, ''), values[i]!]),
  );
}

describe('dclm', () => {
  test('all copies of a repeated line or paragraph count, over stripped segments that are not empty', async () => {
    const signals = await measure('dclm', 'one\n two \n\none\ntwo\n\n\n\nthree');
    // Lines: one, two, one, two, three. Four of five are copies, with 3·4 of 3·4 + 5 characters.
    expect(signals.dup_line_fraction).toBe(4 / 5);
    expect(signals.dup_line_chars).toBe(12 / 17);
    // Paragraphs "one\n two" and "one\ntwo" differ inside; the third is "three".
    expect(signals.dup_paragraph_fraction).toBe(0);
    expect(signals.dup_paragraph_chars).toBe(0);
  });

  test('a single line or paragraph repeats nothing', async () => {
    const signals = await measure('dclm', 'same words, same words\nand more');
    expect(signals.dup_paragraph_fraction).toBe(0);
    expect((await measure('dclm', 'alone')).dup_line_fraction).toBe(0);
  });

  test('the top n-gram is the longest of the most frequent, over the characters of the words', async () => {
    const signals = await measure('dclm', 'a b, long words! a b: long words? x');
    // Words: a b long words a b long words x; 1+1+4+5+1+1+4+5+1 = 23 characters, punctuation left out.
    // 2-grams that occur twice: "a b" (2), "b long" (5), "long words" (9). The longest: 2 · 9 / 23.
    expect(signals.top_2gram_chars).toBe(18 / 23);
    // "b long words": 2 · 10 / 23; "a b long words": 2 · 11 / 23.
    expect(signals.top_3gram_chars).toBe(20 / 23);
    expect(signals.top_4gram_chars).toBe(22 / 23);
    // No 5-gram occurs twice.
    expect(signals.dup_5gram_chars).toBe(0);
  });

  test('words in several repeated n-grams count once', async () => {
    const signals = await measure('dclm', 'a b c d e f a b c d e f g');
    // 13 words of one character. Repeated 5-grams: abcde and bcdef, at 0, 1, 6 and 7: they cover words 0 to 11.
    expect(signals.dup_5gram_chars).toBe(12 / 13);
    // The 6-gram abcdef covers the same twelve; no 7-gram repeats.
    expect(signals.dup_6gram_chars).toBe(12 / 13);
    expect(signals.dup_7gram_chars).toBe(0);
  });

  test('n-grams overlap with themselves, so the top share can exceed 1', async () => {
    // "a a" starts at words 0, 1 and 2: 3 · 2 / 4.
    expect((await measure('dclm', 'a a a a')).top_2gram_chars).toBe(6 / 4);
  });

  test('a text without lines has no measurements, one without words repeats none', async () => {
    expect(Object.values(await measure('dclm', ' \n\n \t'))).toEqual(Array(13).fill(null));
    const signals = await measure('dclm', '!!!\n???');
    expect([signals.dup_line_fraction, signals.top_2gram_chars, signals.dup_10gram_chars]).toEqual([0, 0, 0]);
  });

  test('letters outside the first plane are one character, and names with _ in front are no words', async () => {
    // Lines of 1, 1 and 2 code points.
    expect((await measure('dclm', '𝔘\n𝔘\nab')).dup_line_chars).toBe(2 / 4);
    // Words: a b a b; "_x" is none: 2 · 2 / 4.
    expect((await measure('dclm', 'a _x b a _x b')).top_2gram_chars).toBe(1);
  });
});

describe('dolma', () => {
  test('line characters include spaces and are over word characters, so the share can exceed 1', async () => {
    const signals = await measure('dolma', 'a b c\n\na b c');
    // Lines end at runs of line breaks: "a b c" twice, 5 characters each, over 6 characters of words.
    expect(signals.dup_line_fraction).toBe(1);
    expect(signals.dup_line_chars).toBe(10 / 6);
    // The most frequent 2-gram, of several the first: "a b" twice: 2 · 2 / 6.
    expect(signals.top_2gram_chars).toBe(4 / 6);
    // 4-grams: abca, bcab, cabc, each once: the first counts all the same, 1 · 4 / 6.
    expect(signals.top_4gram_chars).toBe(4 / 6);
  });

  test('copies of repeated n-grams count with their overlaps, over all n-grams', async () => {
    const signals = await measure('dolma', 'a b c d e f a b c d e f g');
    // 9 5-grams of 5 characters; abcde and bcdef occur twice each: 4 · 5 / (9 · 5).
    expect(signals.dup_5gram_chars).toBe(4 / 9);
    // 8 6-grams; abcdef twice.
    expect(signals.dup_6gram_chars).toBe(2 / 8);
  });

  test('words are runs without white space, and there is no paragraph rule', async () => {
    const signals = await measure('dolma', 'a, b! a, b!');
    // Words "a," and "b!": "a, b!" twice: 2 · 4 / 8.
    expect(signals.top_2gram_chars).toBe(1);
    expect(Object.keys(signals)).toHaveLength(11);
    expect(signals).not.toHaveProperty('dup_paragraph_fraction');
  });
});

describe('datatrove', () => {
  test('second and later copies count, over the length of the text', async () => {
    const signals = await measure('datatrove', 'one\ntwo\n\none\ntwo');
    // Lines one, two, one, two: two later copies of 3 characters, in a text of 16.
    expect(signals.dup_line_fraction).toBe(2 / 4);
    expect(signals.dup_line_chars).toBe(6 / 16);
    expect(signals.dup_paragraph_fraction).toBe(1 / 2);
    expect(signals.dup_paragraph_chars).toBe(7 / 16);
  });

  test('joined words repeat whatever the spaces, and the scan goes on behind a repeat', async () => {
    const signals = await measure('datatrove', 'ab c d e f a bc d e f');
    // 5-grams at words 0, 1, … joined: abcdef, cdefa, defabc, efabcd, fabcde, then "a bc d e f" joined is abcdef again:
    // 6 characters of 21.
    expect(signals.dup_5gram_chars).toBe(6 / 21);
  });
});

test('limits are named by measurement, and those of a recipe differ where its name says', () => {
  const columns = repetitionGroup('dclm').columns.map(({ name }) => name);
  for (const limits of Object.values(repetitionThresholds)) expect(Object.keys(limits)).toEqual(columns);
  // Published table: L tightens lines, GS long n-grams.
  expect(repetitionThresholds.L.dup_line_chars).toBe(0.15);
  expect(repetitionThresholds.GS.dup_10gram_chars).toBe(0.03);
  expect(repetitionThresholds.G.top_4gram_chars).toBe(0.1);
});
