/**
 * The merges of a byte-pair encoding, looked up by the pair: a hash table over typed arrays, because a `Map` with
 * packed pairs takes several times the memory and time at a million merges.
 */

/** Merging tokens `left` and `right` gives token `result`; the lowest rank is merged first. */
export interface RankedMerge {
  left: number;
  right: number;
  result: number;
  rank: number;
}

export class MergeTable {
  private readonly mask: number;
  /** Slot s holds (left, right, rank, result) at 4s; an empty one has −1 as left. */
  private readonly slots: Int32Array;

  /** @param merges of one pair twice, the first one stands */
  constructor(merges: Iterable<RankedMerge>, count: number) {
    let size = 16;
    while (size < 2 * count) size *= 2;
    this.mask = size - 1;
    this.slots = new Int32Array(4 * size).fill(-1);
    for (const { left, right, result, rank } of merges) {
      const slot = this.slotOf(left, right);
      if (this.slots[slot] !== -1) continue;
      this.slots.set([left, right, rank, result], slot);
    }
  }

  /** Where (left, right) is or would be; an index for `rankAt` and `resultAt`. */
  slotOf(left: number, right: number): number {
    const { slots, mask } = this;
    let slot = (Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b)) >>> 0;
    slot = (slot ^ (slot >>> 15)) & mask;
    while (slots[4 * slot] !== -1) {
      if (slots[4 * slot] === left && slots[4 * slot + 1] === right) break;
      slot = (slot + 1) & mask;
    }
    return 4 * slot;
  }

  /** −1 for a pair that is never merged. */
  rankAt(slot: number): number {
    return this.slots[slot + 2]!;
  }

  resultAt(slot: number): number {
    return this.slots[slot + 3]!;
  }
}
