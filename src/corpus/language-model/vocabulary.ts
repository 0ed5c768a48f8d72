/** Words and their numbers, in flat arrays: no string is made to look a word up, and threads can share them. */
import { hashNext, hashStart } from './split-words.js';

/** Numbers of the words that every model has. */
export const unknownWord = 0;
export const sentenceBegin = 1;
export const sentenceEnd = 2;
const specialWords = ['<unk>', '<s>', '</s>'];

export class Vocabulary {
  /** Slots of words are found by hash: slots[2 s] is the hash, slots[2 s + 1] the word + 1, or 0 where nothing is. */
  private mask: number;

  private constructor(
    /** Words so far. */
    public count: number,
    /** UTF-16 units of all words, one after another. */
    private units: Uint16Array,
    /** Word w is units[begins[w] .. begins[w + 1]). */
    private begins: Uint32Array,
    private slots: Int32Array,
  ) {
    this.mask = slots.length / 2 - 1;
  }

  /** The three special words alone; more are added. */
  static empty(): Vocabulary {
    const vocabulary = new Vocabulary(
      0,
      new Uint16Array(1 << 12),
      new Uint32Array(1 << 9),
      new Int32Array(1 << 10),
    );
    for (const word of specialWords) vocabulary.addString(word);
    return vocabulary;
  }

  /** A view of arrays that hold a finished vocabulary. */
  static over(units: Uint16Array, begins: Uint32Array, slots: Int32Array): Vocabulary {
    return new Vocabulary(begins.length - 1, units, begins, slots);
  }

  /** The arrays of a finished vocabulary, without slack: units, begins, slots. */
  arrays(): [units: Uint16Array, begins: Uint32Array, slots: Int32Array] {
    const { count, units, begins, slots } = this;
    return [units.subarray(0, begins[count]), begins.subarray(0, count + 1), slots];
  }

  /** The number of a word, or -1. */
  find(units: Uint16Array, length: number, hash: number): number {
    return this.slots[2 * this.slotOf(units, length, hash) + 1]! - 1;
  }

  /** The number of a word, which is given one if it is new. */
  add(units: Uint16Array, length: number, hash: number): number {
    const slot = this.slotOf(units, length, hash);
    const found = this.slots[2 * slot + 1]! - 1;
    if (found >= 0) return found;
    const word = this.count++;
    const begin = this.begins[word]!;
    while (begin + length > this.units.length)
      this.units = longer(this.units, new Uint16Array(2 * this.units.length));
    if (word + 2 > this.begins.length)
      this.begins = longer(this.begins, new Uint32Array(2 * this.begins.length));
    for (let i = 0; i < length; i++) this.units[begin + i] = units[i]!;
    this.begins[word + 1] = begin + length;
    this.slots[2 * slot] = hash;
    this.slots[2 * slot + 1] = word + 1;
    if (4 * this.count > this.slots.length) this.growSlots();
    return word;
  }

  addString(word: string): number {
    const { units, hash } = unitsOf(word);
    return this.add(units, units.length, hash);
  }

  word(id: number): string {
    const [begin, end] = [this.begins[id]!, this.begins[id + 1]!];
    const { buffer, byteOffset } = this.units;
    return Buffer.from(buffer, byteOffset + 2 * begin, 2 * (end - begin)).toString('utf16le');
  }

  /** The slot that holds the word, or the empty one where it belongs. */
  private slotOf(units: Uint16Array, length: number, hash: number): number {
    const { slots, mask } = this;
    let slot = spread(hash) & mask;
    for (;;) {
      const word = slots[2 * slot + 1]!;
      if (word === 0 || (slots[2 * slot] === hash && this.equals(word - 1, units, length))) return slot;
      slot = (slot + 1) & mask;
    }
  }

  private equals(word: number, units: Uint16Array, length: number): boolean {
    const begin = this.begins[word]!;
    if (this.begins[word + 1]! - begin !== length) return false;
    for (let i = 0; i < length; i++) if (this.units[begin + i] !== units[i]) return false;
    return true;
  }

  private growSlots(): void {
    const old = this.slots;
    this.slots = new Int32Array(2 * old.length);
    this.mask = this.slots.length / 2 - 1;
    for (let s = 0; s < old.length; s += 2) {
      if (old[s + 1] === 0) continue;
      let slot = spread(old[s]!) & this.mask;
      while (this.slots[2 * slot + 1] !== 0) slot = (slot + 1) & this.mask;
      this.slots[2 * slot] = old[s]!;
      this.slots[2 * slot + 1] = old[s + 1]!;
    }
  }
}

/** FNV-1a leaves its high bits better mixed than its low ones. */
function spread(hash: number): number {
  return Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 7;
}

function longer<T extends Uint16Array | Uint32Array>(values: T, into: T): T {
  into.set(values);
  return into;
}

function unitsOf(word: string): { units: Uint16Array; hash: number } {
  const units = Uint16Array.from({ length: word.length }, (_, i) => word.charCodeAt(i));
  return { units, hash: units.reduce(hashNext, hashStart) };
}
