/** What the profiles read off the repeated n-grams: the most frequent one, and the characters in repeated ones. */
import type { RepeatedNgrams } from './repeated-ngrams.js';
import type { WordSequence } from './word-sequence.js';

export interface TopNgram {
  count: number;
  /** Code points of its words, without spaces. */
  characters: number;
}

/** The most frequent n-gram, of several the one met first; count 1 if none repeats. Undefined: fewer than n words. */
export function topNgram(ngrams: RepeatedNgrams, words: WordSequence): TopNgram | undefined {
  if (words.count < ngrams.n) return undefined;
  let first = 0;
  let count = 1;
  for (let id = 0; id < ngrams.distinct; id++) {
    if (ngrams.counts[id]! <= count) continue;
    count = ngrams.counts[id]!;
    first = ngrams.firsts[id]!;
  }
  return { count, characters: words.offsets[first + ngrams.n]! - words.offsets[first]! };
}

/** The most frequent repeated n-gram, of several the longest. Undefined: none repeats. */
export function longestTopNgram(ngrams: RepeatedNgrams, words: WordSequence): TopNgram | undefined {
  let count = 1;
  let characters = 0;
  for (let id = 0; id < ngrams.distinct; id++) {
    if (ngrams.counts[id]! < count || ngrams.counts[id] === 1) continue;
    const first = ngrams.firsts[id]!;
    const length = words.offsets[first + ngrams.n]! - words.offsets[first]!;
    if (ngrams.counts[id]! > count) characters = length;
    else characters = Math.max(characters, length);
    count = ngrams.counts[id]!;
  }
  return count > 1 ? { count, characters } : undefined;
}

/** Code points of the words that lie in some repeated n-gram; a word in several counts once. */
export function coveredCharacters(ngrams: RepeatedNgrams, words: WordSequence): number {
  let covered = 0;
  let end = 0;
  for (let k = 0; k < ngrams.active; k++) {
    const start = Math.max(ngrams.positions[k]!, end);
    end = ngrams.positions[k]! + ngrams.n;
    covered += words.offsets[end]! - words.offsets[start]!;
  }
  return covered;
}

/** Code points of all copies of repeated n-grams; a word in several counts in each. */
export function copiedCharacters(ngrams: RepeatedNgrams, words: WordSequence): number {
  let copied = 0;
  for (let k = 0; k < ngrams.active; k++) {
    const start = ngrams.positions[k]!;
    copied += words.offsets[start + ngrams.n]! - words.offsets[start]!;
  }
  return copied;
}

/** Code points of all n-grams of the document. */
export function ngramCharacters(n: number, words: WordSequence): number {
  let characters = 0;
  for (let i = 0; i + n <= words.count; i++) characters += words.offsets[i + n]! - words.offsets[i]!;
  return characters;
}
