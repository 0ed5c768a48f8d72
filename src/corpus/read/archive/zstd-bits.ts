/** Bits that are read from the end of a byte range to its beginning, as Zstandard's entropy coders write them. */

/** Thrown for anything in an archive that is not as the format says. */
export class Damaged extends Error {}

export class BackwardBits {
  bytes: Uint8Array = new Uint8Array(0);
  /** First byte of the range. */
  start = 0;
  /** Bits left; below 0 when more were read than there are, which reads as zeros. */
  left = 0;

  /** The highest set bit of the last byte is a mark, and where reading begins below. */
  open(bytes: Uint8Array, start: number, end: number): void {
    const last = end > start ? bytes[end - 1]! : 0;
    if (last === 0) throw new Damaged('a bit stream without its end mark');
    this.bytes = bytes;
    this.start = start;
    this.left = (end - start) * 8 - (Math.clz32(last) - 24) - 1;
  }

  /** @param count at most 24 */
  read(count: number): number {
    const left = this.left - count;
    this.left = left;
    if (left < 0) return this.beyond(count);
    const { bytes } = this;
    const i = this.start + (left >>> 3);
    const word = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    return (word >>> (left & 7)) & ((1 << count) - 1);
  }

  private beyond(count: number): number {
    const over = -this.left;
    if (over >= count) return 0;
    // The bits that there are, then zeros.
    const word =
      this.bytes[this.start]! | (this.bytes[this.start + 1]! << 8) | (this.bytes[this.start + 2]! << 16);
    return (word & ((1 << (count - over)) - 1)) << over;
  }
}
