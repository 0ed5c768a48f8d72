/** How text becomes the words of a language model. */
import { describe, expect, test } from 'vitest';
import { characterTable, type WordForm } from '../../../src/corpus/language-model/characters.js';
import { longestWord, splitWords } from '../../../src/corpus/language-model/split-words.js';

function linesOf(text: string, form: WordForm = 'normalised'): string[] {
  const lines: string[][] = [[]];
  splitWords(text, characterTable(form), {
    word: (units, length) => lines.at(-1)!.push(String.fromCharCode(...units.subarray(0, length))),
    lineEnd: () => lines.push([]),
  });
  return lines.slice(0, -1).map((words) => words.join(' '));
}

describe('normalised words', () => {
  test.each([
    ['are in lower case', 'The HOUSE, Ärger', 'the house , arger'],
    ['have 0 for every digit, of any script', 'in 1999, ٣٤ x2', 'in 0000 , 00 x0'],
    ['have no accents, composed or combined', 'café cafe\u0301 naïve Ångström', 'cafe cafe naive angstrom'],
    ['stand apart from punctuation', "don't (foo_bar) a-b…", "don ' t ( foo _ bar ) a - b ."],
    ['have ASCII punctuation for its typographic forms', '“a” ‘b’ – « c » 、！', '" a " \' b \' - " c " , !'],
    ['have no invisible characters', 'soft\u00adhyphen zero\u200bwidth \u0001x', 'softhyphen zerowidth x'],
    ['are split at every kind of space', 'a\u00a0b\u2003c\u3000d\te\r', 'a b c d e'],
    ['are single characters in Chinese and Japanese', '中文 カナ ok', '中 文 カ ナ ok'],
    ['are single characters outside the first plane', 'hi😀😀there', 'hi 😀 😀 there'],
    ['keep letters that have no plainer form', 'straße 한국어 привет', 'straße 한국어 привет'],
    ['cannot spell the special words', '<s> </s>', '< s > < / s >'],
  ])('%s', (_name, text, words) => {
    expect(linesOf(text)).toEqual([words]);
  });
});

test('raw words are what stands between spaces', () => {
  expect(linesOf("The  don't\t1999,\u00a0x \0y\r\n(Z)", 'raw')).toEqual(["The don't 1999,\u00a0x y", '(Z)']);
});

test('each line break ends a line, and so does the end of the text', () => {
  expect(linesOf('a\n\nb\nc')).toEqual(['a', '', 'b', 'c']);
});

test('a run of characters beyond all words is cut', () => {
  const [line] = linesOf('a'.repeat(2 * longestWord + 1));
  expect(line!.split(' ').map((word) => word.length)).toEqual([longestWord, longestWord, 1]);
});

test('half a surrogate pair does no harm', () => {
  expect(linesOf('a\ud83d b\ude00c')).toEqual(['a \ud83d b\ude00 c']);
});
