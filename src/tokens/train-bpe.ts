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
  /** All words, one after the other; word w is `ids[starts[w] .. starts[w] + lengths[w]]`. */
  private readonly ids: Uint32Array;
  private readonly starts: Float64Array;
  private readonly lengths: Uint32Array;
  private readonly frequencies: Float64Array;
  private readonly counts = new Map<number, number>();
  /** Words that hold a pair, or did; a word may be listed twice. */
  private readonly holders = new Map<number, number[]>();
  private readonly heap = new PairHeap();

  /** @param base more than the highest id, to pack a pair into one number */
  constructor(
    words: Map<string, number>,
    private readonly base: number,
  ) {
    const encoded = [...words.keys()].map((word) => Buffer.from(word, 'utf8'));
    this.ids = Uint32Array.from(Buffer.concat(encoded));
    this.lengths = Uint32Array.from(encoded, (word) => word.length);
    this.frequencies = Float64Array.from(words.values());
    this.starts = new Float64Array(encoded.length);
    for (let w = 0, start = 0; w < encoded.length; w++) {
      this.starts[w] = start;
      const end = start + this.lengths[w]!;
      for (let i = start; i + 1 < end; i++) this.add(this.ids[i]!, this.ids[i + 1]!, w, this.frequencies[w]!);
      start = end;
    }
    for (const [pair, count] of this.counts) this.offer(pair, count);
  }

  mostFrequent(): [left: number, right: number] | undefined {
    while (this.heap.size > 0) {
      const [negative, pair] = this.heap.pop();
      const count = this.counts.get(pair) ?? 0;
      if (count === -negative) return [Math.floor(pair / this.base), pair % this.base];
      // A count that fell since it was offered goes back where it belongs; one that rose was offered again.
      if (count < -negative) this.offer(pair, count);
    }
    return undefined;
  }

  /** Replaces the pair by `id` wherever it occurs. */
  merge(left: number, right: number, id: number): void {
    const pair = left * this.base + right;
    const grown = new Set<number>();
    for (const word of this.holders.get(pair) ?? []) this.mergeInWord(word, left, right, id, grown);
    this.counts.delete(pair);
    this.holders.delete(pair);
    for (const other of grown) this.offer(other, this.counts.get(other) ?? 0);
  }

  /** From the left and without overlap, moving the pairs on both sides of each occurrence to the new token. */
  private mergeInWord(word: number, left: number, right: number, id: number, grown: Set<number>): void {
    const { ids } = this;
    const frequency = this.frequencies[word]!;
    const start = this.starts[word]!;
    const end = start + this.lengths[word]!;
    let to = start;
    for (let i = start; i < end; i++) {
      if (ids[i] !== left || i + 1 >= end || ids[i + 1] !== right) {
        ids[to++] = ids[i]!;
        continue;
      }
      if (to > start) {
        const before = ids[to - 1]!;
        this.add(before, left, word, -frequency);
        grown.add(this.add(before, id, word, frequency));
      }
      if (i + 2 < end) {
        const after = ids[i + 2]!;
        this.add(right, after, word, -frequency);
        grown.add(this.add(id, after, word, frequency));
      }
      ids[to++] = id;
      i++;
    }
    this.lengths[word] = to - start;
  }

  /** Adds to the count of a pair in a word. Returns the pair as one number. */
  private add(left: number, right: number, word: number, amount: number): number {
    const pair = left * this.base + right;
    this.counts.set(pair, (this.counts.get(pair) ?? 0) + amount);
    if (amount < 0) return pair;
    const holders = this.holders.get(pair);
    if (holders === undefined) this.holders.set(pair, [word]);
    else if (holders[holders.length - 1] !== word) holders.push(word);
    return pair;
  }

  private offer(pair: number, count: number): void {
    if (count >= fewestOccurrences) this.heap.push(-count, pair);
  }
}
