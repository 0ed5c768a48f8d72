/**
 * The n-grams of one order, as a hash table in one flat array.
 *
 * An n-gram w1 … wn is found from the (n-1)-gram w2 … wn, its parent: longer and longer histories are tried by walking
 * from parent to child. The key (parent's slot, w1) is exact: no two n-grams share it, and the words of an n-gram are
 * read back by walking up.
 */

/** Most n-grams per slot: fuller tables are slower, emptier ones larger. */
const fullest = 0.7;

/** Numbers of 32 bits a slot: parent + 1 (0: empty), w1, log10 probability, and log10 back-off below the highest order. */
export const highestOrderStride = 3;
export const innerStride = 4;

export class GramTable {
  readonly capacity: number;
  private readonly floats: Float32Array;

  /** @param slots stride numbers a slot; at least one slot is empty */
  constructor(
    readonly slots: Int32Array,
    readonly stride: number,
  ) {
    this.capacity = slots.length / stride;
    this.floats = new Float32Array(slots.buffer, slots.byteOffset, slots.length);
  }

  /** Slots for so many n-grams. */
  static capacityFor(count: number): number {
    return Math.floor(count / fullest) + 1;
  }

  /** The slot of the n-gram, or -1. */
  find(parent: number, word: number): number {
    const { slots, stride, capacity } = this;
    let slot = this.home(parent, word);
    for (;;) {
      const at = slot * stride;
      const held = slots[at]!;
      if (held === 0) return -1;
      if (held === parent + 1 && slots[at + 1] === word) return slot;
      if (++slot === capacity) slot = 0;
    }
  }

  /** The slot given to an n-gram that is not in the table. No more are inserted than the table was made for. */
  insert(parent: number, word: number, probability: number, backoff: number): number {
    const { slots, floats, stride, capacity } = this;
    let slot = this.home(parent, word);
    while (slots[slot * stride] !== 0) if (++slot === capacity) slot = 0;
    const at = slot * stride;
    slots[at] = parent + 1;
    slots[at + 1] = word;
    floats[at + 2] = probability;
    if (stride === innerStride) floats[at + 3] = backoff;
    return slot;
  }

  /** Whether a slot holds an n-gram. */
  holds(slot: number): boolean {
    return this.slots[slot * this.stride] !== 0;
  }

  /** n-grams held. */
  count(): number {
    let count = 0;
    for (let slot = 0; slot < this.capacity; slot++) if (this.holds(slot)) count++;
    return count;
  }

  parent(slot: number): number {
    return this.slots[slot * this.stride]! - 1;
  }

  word(slot: number): number {
    return this.slots[slot * this.stride + 1]!;
  }

  /** log10. */
  probability(slot: number): number {
    return this.floats[slot * this.stride + 2]!;
  }

  /** log10; 0 at the highest order, whose n-grams are no history. */
  backoff(slot: number): number {
    return this.stride === innerStride ? this.floats[slot * this.stride + 3]! : 0;
  }

  private home(parent: number, word: number): number {
    let hash = Math.imul(parent, 0x9e3779b1) ^ Math.imul(word, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    hash = Math.imul(hash ^ (hash >>> 13), 0x297a2d39);
    return Math.floor(((hash ^ (hash >>> 16)) >>> 0) * 2 ** -32 * this.capacity);
  }
}
