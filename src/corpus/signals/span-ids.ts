/**
 * Numbers equal stretches of a text equally: 0 for the first one met, 1 for the next that differs, … Open addressing on
 * a seeded 32-bit hash; a match is always verified unit by unit, so the numbers are exact whatever collides. The seed
 * keeps a text from being written so that its words collide; no result depends on it.
 */
import { randomInt } from 'node:crypto';

const seed = randomInt(2 ** 31);
const smallestTable = 256;
/** Space for more distinct stretches than this is not kept for the next document. */
const keptSpans = 1 << 20;

export class SpanIds {
  /** Number of distinct stretches. */
  size = 0;
  /** By number: how often it was met. */
  counts = new Int32Array(smallestTable);
  /** By number: its length in code points. */
  characters = new Int32Array(smallestTable);
  private starts = new Int32Array(smallestTable);
  private lengths = new Int32Array(smallestTable);
  private hashes = new Int32Array(smallestTable);
  /** Number + 1 of a stretch; 0 is free. Only the first `mask + 1` places are in use. */
  private table = new Int32Array(smallestTable);
  private mask = smallestTable - 1;
  private text = '';

  /** Forgets everything, and reads from `text` from now on. */
  reset(text: string): void {
    if (this.counts.length > keptSpans) Object.assign(this, new SpanIds());
    this.text = text;
    this.size = 0;
    this.mask = smallestTable - 1;
    this.table.fill(0, 0, smallestTable);
  }

  /** Number of text.slice(start, end). */
  add(start: number, end: number): number {
    const { text, table } = this;
    let hash = seed;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x5bd1e995) ^ (hash >>> 13);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    hash ^= hash >>> 16;
    for (let place = hash & this.mask; ; place = (place + 1) & this.mask) {
      const id = table[place]! - 1;
      if (id < 0) return this.insert(place, hash, start, end);
      if (this.hashes[id] === hash && this.holds(id, start, end)) {
        this.counts[id]!++;
        return id;
      }
    }
  }

  private holds(id: number, start: number, end: number): boolean {
    const { text } = this;
    if (this.lengths[id] !== end - start) return false;
    for (let i = start, j = this.starts[id]!; i < end; i++, j++) {
      if (text.charCodeAt(i) !== text.charCodeAt(j)) return false;
    }
    return true;
  }

  private insert(place: number, hash: number, start: number, end: number): number {
    const id = this.size++;
    if (id === this.counts.length) this.grow();
    this.counts[id] = 1;
    this.starts[id] = start;
    this.lengths[id] = end - start;
    this.hashes[id] = hash;
    this.characters[id] = codePoints(this.text, start, end);
    this.table[place] = id + 1;
    if (2 * this.size > this.mask) this.rehash();
    return id;
  }

  private grow(): void {
    for (const name of ['counts', 'characters', 'starts', 'lengths', 'hashes'] as const) {
      const larger = new Int32Array(2 * this[name].length);
      larger.set(this[name]);
      this[name] = larger;
    }
  }

  private rehash(): void {
    const places = 2 * (this.mask + 1);
    if (places > this.table.length) this.table = new Int32Array(places);
    else this.table.fill(0, 0, places);
    this.mask = places - 1;
    for (let id = 0; id < this.size; id++) {
      let place = this.hashes[id]! & this.mask;
      while (this.table[place] !== 0) place = (place + 1) & this.mask;
      this.table[place] = id + 1;
    }
  }
}

/** Length of text.slice(start, end) in code points; a lone surrogate is one. */
export function codePoints(text: string, start: number, end: number): number {
  let count = end - start;
  for (let i = start + 1; i < end; i++) {
    const isPair = (text.charCodeAt(i) & 0xfc00) === 0xdc00 && (text.charCodeAt(i - 1) & 0xfc00) === 0xd800;
    if (isPair) count--;
  }
  return count;
}
