/**
 * Which n-grams of a document occur more than once, for n = 2, 3, … in turn.
 *
 * An n-gram can repeat only if the two (n − 1)-grams inside it do, so each step looks at the survivors of the step before
 * only, which in most texts are few. Two (n − 1)-gram numbers determine the n-gram, so a number is found by an exact
 * comparison of two integers: no strings, and no collision can change a count.
 */
import type { WordSequence } from './word-sequence.js';

const unique = -1;
/** Space for longer documents than this is not kept. */
const keptWords = 1 << 20;

export class RepeatedNgrams {
  /** Length of the n-grams that the fields below are about. */
  n = 1;
  /** Number of distinct n-grams, in order of first occurrence, among those that were looked at. */
  distinct = 0;
  /** By n-gram number: how often it occurs; 1 for some that were looked at for nothing. */
  counts = new Int32Array(256);
  /** By n-gram number: the word at which it first starts. */
  firsts = new Int32Array(256);
  /** [active] words at which a repeated n-gram starts, ascending. */
  positions = new Int32Array(1 << 12);
  active = 0;
  /** [words] number of the n-gram that starts here, −1 if it does not repeat. */
  private numbers = new Int32Array(1 << 12);
  private next = new Int32Array(1 << 12);
  private table = new Int32Array(1 << 12);
  private words = 0;

  /** Starts over with n = 1. */
  reset(sequence: WordSequence): void {
    const { count, ids, counts } = sequence;
    if (count > this.numbers.length || this.numbers.length > keptWords) {
      const size = Math.max(count, 1 << 12);
      this.positions = new Int32Array(size);
      this.numbers = new Int32Array(size);
      this.next = new Int32Array(size);
      this.table = new Int32Array(1 << 12);
      this.counts = new Int32Array(256);
      this.firsts = new Int32Array(256);
    }
    this.n = 1;
    this.words = count;
    this.active = 0;
    for (let i = 0; i < count; i++) {
      const repeats = counts[ids[i]!]! > 1;
      this.numbers[i] = repeats ? ids[i]! : unique;
      if (repeats) this.positions[this.active++] = i;
    }
  }

  /** Goes on from n to n + 1. */
  advance(): void {
    const { positions, numbers, words } = this;
    let candidates = 0;
    for (let k = 0; k < this.active; k++) {
      const i = positions[k]!;
      if (i + 1 < words && numbers[i + 1] !== unique) positions[candidates++] = i;
    }
    this.n++;
    this.distinct = 0;
    this.active = 0;
    const { next } = this;
    next.fill(unique, 0, words);
    if (candidates > 0) this.count(candidates);
    this.numbers = next;
    this.next = numbers;
  }

  /** Numbers and counts the n-grams at the first `candidates` positions, and keeps those that repeat. */
  private count(candidates: number): void {
    const { positions, numbers, next } = this;
    const places = tableSize(candidates);
    if (places > this.table.length) this.table = new Int32Array(places);
    else this.table.fill(0, 0, places);
    const { table } = this;
    let { counts, firsts } = this;
    let distinct = 0;
    for (let k = 0; k < candidates; k++) {
      const i = positions[k]!;
      const left = numbers[i]!;
      const right = numbers[i + 1]!;
      let hash = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
      hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
      let place = (hash ^ (hash >>> 16)) & (places - 1);
      for (; ; place = (place + 1) & (places - 1)) {
        const id = table[place]! - 1;
        if (id < 0) {
          if (distinct === counts.length) {
            counts = this.counts = doubled(counts);
            firsts = this.firsts = doubled(firsts);
          }
          counts[distinct] = 1;
          firsts[distinct] = i;
          next[i] = distinct++;
          table[place] = distinct;
          break;
        }
        const first = firsts[id]!;
        if (numbers[first] === left && numbers[first + 1] === right) {
          counts[id]!++;
          next[i] = id;
          break;
        }
      }
    }
    this.distinct = distinct;
    for (let k = 0; k < candidates; k++) {
      const i = positions[k]!;
      if (counts[next[i]!]! > 1) positions[this.active++] = i;
      else next[i] = unique;
    }
  }
}

/** A power of two with at least as many free places as n-grams. */
function tableSize(ngrams: number): number {
  return 2 ** Math.ceil(Math.log2(2 * Math.max(ngrams, 32)));
}

function doubled(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const copy = new Int32Array(2 * array.length);
  copy.set(array);
  return copy;
}
