/**
 * 64-bit hashes of the n-grams of a document's normalised words (lowercase; letters, digits and their marks only).
 *
 * n is 13, as in GPT-3's analysis (Brown et al. 2020, appendix C). Benchmark questions are often shorter: a text of 8
 * to 12 words is one n-gram of all its words, and a text below 8 words is none, as everyday phrases are that long.
 */
import { mix32, type WordHashes } from '../duplicates/index.js';

export const longestNgram = 13;
export const shortestNgram = 8;

/** The n of the n-grams that stand for a text with so many words in the index; undefined for a text that is too short. */
export function ngramLength(words: number): number | undefined {
  return words < shortestNgram ? undefined : Math.min(words, longestNgram);
}

/** N-gram i starts at word i. Shape [words - n + 1], or [0]. */
export function ngramHashes(words: WordHashes, n: number): WordHashes {
  const count = Math.max(0, words.high.length - n + 1);
  return { high: rolling(words.high, n, count, 0x2c1b3c6d), low: rolling(words.low, n, count, 0x297a2d39) };
}

/** The polynomial whose coefficients are the words' hashes, mod 2^32, of every n words in turn (Rabin and Karp). */
function rolling(words: Int32Array, n: number, count: number, base: number): Int32Array {
  const hashes = new Int32Array(count);
  let leading = 1;
  for (let i = 0; i < n; i++) leading = Math.imul(leading, base);
  let hash = 0;
  for (let end = 0; end < words.length; end++) {
    hash = (Math.imul(hash, base) + words[end]!) | 0;
    if (end >= n) hash = (hash - Math.imul(leading, words[end - n]!)) | 0;
    if (end >= n - 1) hashes[end - n + 1] = mix32(hash);
  }
  return hashes;
}
