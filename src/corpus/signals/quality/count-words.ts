/** Counts over the words (runs without white space) and characters of a document, in one pass. */
import { bitsOf, digitBit, letterBit, pairBits, spaceBit, uppercaseBit } from './characters.js';

export interface WordCounts {
  /** Code points. */
  characters: number;
  letters: number;
  uppercase: number;
  digits: number;
  words: number;
  /** Code points of all words. */
  wordCharacters: number;
  longestWord: number;
  /** Words with a letter. */
  alphabetic: number;
  /** Words with two letters or more, all of them upper case. */
  capitals: number;
  stopWords: number;
  distinctStopWords: number;
}

/** Of Rae et al. 2021, by their lower-case letters as digits of base 32. */
const stopWords = new Map(
  ['the', 'be', 'to', 'of', 'and', 'that', 'have', 'with'].map((word, i) => [wordKey(word), 1 << i]),
);

function wordKey(word: string): number {
  return [...word].reduce((key, letter) => 32 * key + letter.charCodeAt(0) - 96, 0);
}

export function countWords(text: string): WordCounts {
  const counts: WordCounts = {
    characters: 0,
    letters: 0,
    uppercase: 0,
    digits: 0,
    words: 0,
    wordCharacters: 0,
    longestWord: 0,
    alphabetic: 0,
    capitals: 0,
    stopWords: 0,
    distinctStopWords: 0,
  };
  let seen = 0;
  for (let i = 0; i < text.length; ) {
    if ((bitsOf[text.charCodeAt(i)]! & spaceBit) !== 0) {
      counts.characters++;
      i++;
      continue;
    }
    let length = 0;
    let letters = 0;
    let uppercase = 0;
    let digits = 0;
    let key = 0;
    for (; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      let bits = bitsOf[unit]!;
      if ((bits & spaceBit) !== 0) break;
      if (bits === 0 && (unit & 0xfc00) === 0xd800) {
        bits = pairBits(text, i);
        if ((text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) i++;
      }
      length++;
      letters += bits & letterBit;
      if ((bits & uppercaseBit) !== 0) uppercase++;
      if ((bits & digitBit) !== 0) digits++;
      // Anything but an ASCII letter makes a key that no stop word has.
      if (length <= 4) key = (bits & letterBit) !== 0 && unit < 0x80 ? 32 * key + (unit & 31) : Number.NaN;
    }
    counts.characters += length;
    counts.letters += letters;
    counts.uppercase += uppercase;
    counts.digits += digits;
    counts.words++;
    counts.wordCharacters += length;
    if (length > counts.longestWord) counts.longestWord = length;
    if (letters > 0) counts.alphabetic++;
    if (letters > 1 && letters === uppercase) counts.capitals++;
    const stopWord = length <= 4 ? stopWords.get(key) : undefined;
    if (stopWord !== undefined) {
      counts.stopWords++;
      seen |= stopWord;
    }
  }
  for (; seen > 0; seen &= seen - 1) counts.distinctStopWords++;
  return counts;
}
