/**
 * Byte-pair encoding (Sennrich et al. 2016) over bytes (Radford et al. 2019): repeatedly make the most frequent pair
 * of neighbours a token.
 *
 * Words are counted once; each merge visits only the words that hold the pair, and a heap with lazy deletion finds
 * the next pair. Ties go to the pair with the lowest ids, so the result depends on the counts alone.
 */
import { byteVocabulary } from './bytes-tokenizer.js';
import { PairHeap } from './pair-heap.js';
import type { Vocabulary } from './tokenizer.js';

/** A pair seen once says nothing about the language. */
const fewestOccurrences = 2;

/**
 * @param words how often each word (piece of pre-tokenisation) occurs
 * @param size tokens wanted, the 256 bytes included and end-of-text not
 * @returns at most `size` tokens; fewer when no pair is left that occurs twice
 */
export function trainBpe(words: Map<string, number>, size: number): Vocabulary {
  const vocabulary = [...byteVocabulary];
  const ids = new Map(vocabulary.map((token, id) => [token, id]));
  const pairs = new PairIndex(words, size);
  while (vocabulary.length < size) {
    const pair = pairs.mostFrequent();
    if (pair === undefined) break;
    const [left, right] = pair;
    const token = vocabulary[left]! + vocabulary[right]!;
    // Two merges may spell the same bytes; they share one token.
    const known = ids.get(token);
    const id = known ?? vocabulary.length;
    if (known === undefined) {
      ids.set(token, id);
      vocabulary.push(token);
    }
    pairs.merge(left, right, id);
  }
  return vocabulary;
}

/** The words as sequences of ids, and for every pair of neighbours its count and the words that hold it. */
class PairIndex {
  private readonly words: Uint32Array[] = [];
  private readonly frequencies: number[] = [];
  private readonly counts = new Map<number, number>();
  /** Words that hold a pair now or once did. */
  private readonly holders = new Map<number, Set<number>>();
  private readonly heap = new PairHeap();

  /** @param base more than the highest id, to pack a pair into one number */
  constructor(
    counted: Map<string, number>,
    private readonly base: number,
  ) {
    for (const [word, frequency] of counted) {
      this.words.push(Uint32Array.from(Buffer.from(word, 'utf8')));
      this.frequencies.push(frequency);
      this.count(this.words.length - 1, 1);
    }
    for (const [pair, count] of this.counts) this.offer(pair, count);
  }

  mostFrequent(): [left: number, right: number] | undefined {
    while (this.heap.size > 0) {
      const [negative, pair] = this.heap.pop();
      const count = this.counts.get(pair) ?? 0;
      if (count === -negative) return [Math.floor(pair / this.base), pair % this.base];
      // Counts of old pairs only fall; put the pair back where it belongs now.
      if (count < -negative) this.offer(pair, count);
    }
    return undefined;
  }

  merge(left: number, right: number, id: number): void {
    const pair = left * this.base + right;
    const touched = new Set<number>();
    for (const index of this.holders.get(pair) ?? []) {
      this.count(index, -1);
      this.words[index] = replacePair(this.words[index]!, left, right, id);
      this.count(index, 1);
      const word = this.words[index];
      for (let i = 0; i + 1 < word.length; i++) {
        if (word[i] === id || word[i + 1] === id) touched.add(word[i]! * this.base + word[i + 1]!);
      }
    }
    this.counts.delete(pair);
    this.holders.delete(pair);
    for (const grown of touched) this.offer(grown, this.counts.get(grown) ?? 0);
  }

  /** Adds (`sign` 1) or takes away (−1) the pairs of one word. */
  private count(index: number, sign: 1 | -1): void {
    const word = this.words[index]!;
    const amount = sign * this.frequencies[index]!;
    for (let i = 0; i + 1 < word.length; i++) {
      const pair = word[i]! * this.base + word[i + 1]!;
      this.counts.set(pair, (this.counts.get(pair) ?? 0) + amount);
      if (sign < 0) continue;
      let holders = this.holders.get(pair);
      if (holders === undefined) {
        holders = new Set();
        this.holders.set(pair, holders);
      }
      holders.add(index);
    }
  }

  private offer(pair: number, count: number): void {
    if (count >= fewestOccurrences) this.heap.push(-count, pair);
  }
}

/** Replaces the pair wherever it occurs, from the left, without overlap. */
function replacePair(word: Uint32Array, left: number, right: number, id: number): Uint32Array {
  const merged = new Uint32Array(word.length);
  let length = 0;
  for (let i = 0; i < word.length; i++) {
    if (word[i] === left && i + 1 < word.length && word[i + 1] === right) {
      merged[length++] = id;
      i++;
    } else merged[length++] = word[i]!;
  }
  return merged.slice(0, length);
}
