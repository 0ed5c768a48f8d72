/** A set of 64-bit hashes in one typed array: open addressing with linear probing, at most two thirds full. */

const fewestSlots = 1 << 10;

export class HashSet {
  /**
   * @param slots shape [2 × a power of two]: high and low half of the hash in each slot, both 0 in an empty one
   * @param size hashes in it
   */
  constructor(
    public slots: Int32Array = new Int32Array(2 * fewestSlots),
    public size = 0,
  ) {}

  has(high: number, low: number): boolean {
    const slot = this.find(high, notZero(high, low));
    return this.slots[slot] !== 0 || this.slots[slot + 1] !== 0;
  }

  add(high: number, low: number): void {
    const second = notZero(high, low);
    const slot = this.find(high, second);
    if (this.slots[slot] !== 0 || this.slots[slot + 1] !== 0) return;
    this.slots[slot] = high;
    this.slots[slot + 1] = second;
    if (++this.size > this.slots.length / 3) this.grow();
  }

  /** Where the hash lies, or the empty slot where it would. */
  private find(high: number, low: number): number {
    const slots = this.slots;
    const last = slots.length - 1;
    let slot = (low << 1) & last;
    while (
      (slots[slot] !== high || slots[slot + 1] !== low) &&
      (slots[slot] !== 0 || slots[slot + 1] !== 0)
    ) {
      slot = (slot + 2) & last;
    }
    return slot;
  }

  private grow(): void {
    const old = this.slots;
    this.slots = new Int32Array(2 * old.length);
    for (let i = 0; i < old.length; i += 2) {
      const high = old[i]!;
      const low = old[i + 1]!;
      if (high !== 0 || low !== 0) {
        const slot = this.find(high, low);
        this.slots[slot] = high;
        this.slots[slot + 1] = low;
      }
    }
  }
}

/** The low half, changed for the one hash that would look like an empty slot. */
function notZero(high: number, low: number): number {
  return high === 0 && low === 0 ? 1 : low;
}
