import { expect, test } from 'vitest';
import {
  DocumentText,
  languageGroup,
  qualityGroup,
  type SignalValue,
} from '../../../src/corpus/signals/index.js';
import { fixture, realDocuments } from './real-documents.js';

async function quality(text: string): Promise<Record<string, SignalValue>> {
  const group = qualityGroup();
  const { values } = (await group.open())(new DocumentText(text));
  return Object.fromEntries(group.columns.map(({ name }, i) => [name, values[i]!]));
}

test('a small page is counted by hand', async () => {
  const page =
    '- The THE cat, 42!\n\n* see # here...\nUse cookies? {JavaScript} ends. . .\nLorem ipsum "dolor."\n';
  const signals = await quality(page);
  // Words: - The THE cat, 42! * see # here... Use cookies? {JavaScript} ends. . . Lorem ipsum "dolor."
  expect(signals.mean_word_length).toBe(
    (1 + 3 + 3 + 4 + 3 + 1 + 3 + 1 + 7 + 3 + 8 + 12 + 5 + 1 + 1 + 5 + 5 + 8) / 18,
  );
  expect(signals.longest_word).toBe(12);
  // Symbols: one #, one "...", one ". . .".
  expect(signals.symbol_word_ratio).toBe(3 / 18);
  // Without a letter: - 42! * # . .
  expect(signals.alphabetic_words).toBe(12 / 18);
  expect([signals.stop_words, signals.distinct_stop_words]).toEqual([2, 1]);
  // Four lines of 18, 15, 35 and 20 characters.
  expect(signals.bullet_lines).toBe(2 / 4);
  expect(signals.ellipsis_lines).toBe(2 / 4);
  expect(signals.punctuated_lines).toBe(2 / 4);
  expect(signals.short_lines).toBe(3 / 4);
  expect(signals.mean_line_length).toBe((18 + 15 + 35 + 20) / 4);
  expect(signals.longest_line).toBe(35);
  expect(signals.line_break_ratio).toBe(5 / 18);
  expect(signals.capital_words).toBe(1 / 18);
  expect(signals.digit_share).toBe(2 / page.length);
  expect(signals.curly_braces).toBe(2);
  expect(signals.javascript_mentions).toBe(1);
  expect(signals.lorem_ipsum_mentions).toBe(1);
  expect(signals.policy_mentions).toBe(1);
});

test('letters, words and sentences of a line are counted by hand', async () => {
  const signals = await quality('Aa b? Aa b. "c!" d.e 𝔄');
  // Letters A a b A a b c d e 𝔄, three of them upper case; 22 code points.
  expect(signals.uppercase_share).toBe(3 / 10);
  expect(signals.alphanumeric_share).toBe(10 / 22);
  // "b?", "b." and "!" before a quote; the stop inside d.e ends nothing.
  expect(signals.sentences).toBe(3);
  // Unicode words Aa b Aa b c d.e 𝔄: five distinct of seven.
  expect(signals.unique_word_share).toBe(5 / 7);
  expect(signals.word_entropy).toBeCloseTo(
    -2 * (2 / 7) * Math.log(2 / 7) - 3 * (1 / 7) * Math.log(1 / 7),
    12,
  );
});

test('a blank text has counts of 0 and no shares of words or lines', async () => {
  const signals = await quality(' \n');
  expect(signals.mean_word_length).toBeNull();
  expect(signals.bullet_lines).toBeNull();
  expect(signals.unique_word_share).toBeNull();
  expect(signals.stop_words).toBe(0);
});

test('what DCLM’s filters compare with their limits is the same on real documents', async () => {
  const pinned = fixture<Record<string, number[][]>>('signals-dclm');
  for (const { name, row, index, text } of realDocuments()) {
    const pins = pinned[name]![index]!.slice(13);
    const signals = await quality(text);
    const ours = [
      signals.mean_word_length,
      signals.symbol_word_ratio,
      signals.bullet_lines,
      signals.ellipsis_lines,
      signals.stop_words,
      signals.distinct_stop_words,
      1 - (signals.alphabetic_words as number),
    ] as number[];
    for (const [i, value] of ours.entries()) {
      expect(Math.abs(value - pins[i]!), `${name}:${row}, number ${i}`).toBeLessThan(
        1e-6 * Math.max(1, value),
      );
    }
  }
});

test('the language of a sentence is found in scripts with and without spaces', async () => {
  const detect = await languageGroup().open();
  // Universal Declaration of Human Rights, article 1.
  const sentences = {
    en: 'All human beings are born free and equal in dignity and rights.',
    de: 'Alle Menschen sind frei und gleich an Würde und Rechten geboren.',
    fr: 'Tous les êtres humains naissent libres et égaux en dignité et en droits.',
    es: 'Todos los seres humanos nacen libres e iguales en dignidad y derechos.',
    ru: 'Все люди рождаются свободными и равными в своем достоинстве и правах.',
    ja: 'すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。',
  };
  for (const [language, sentence] of Object.entries(sentences)) {
    for (const text of [sentence, sentence.repeat(60)]) {
      const [found, score] = detect(new DocumentText(text)).values;
      expect(found).toBe(language);
      expect(score).toBeGreaterThan(0);
      expect(score).toBeLessThanOrEqual(1);
    }
  }
  expect(detect(new DocumentText('12 + 30 = 42')).values).toEqual(['und', 0]);
});
