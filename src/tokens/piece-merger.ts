/**
 * Byte-pair merging of one piece: again and again the pair with the lowest rank, the leftmost of equal ones.
 *
 * Short pieces, which are nearly all, are scanned after each merge. Long ones (a gene, an encoded picture) go through a
 * heap, O(n log n): scanning takes 5 seconds for 100,000 letters.
 */
import type { MergeTable } from './merge-table.js';
import { PairHeap } from './pair-heap.js';

const longPiece = 200;
/** A rank above all others: this pair is never merged. */
const never = 0x7fffffff;

export class PieceMerger {
  private readonly ids = new Int32Array(longPiece);
  /** Of the pair that begins at the same index. */
  private readonly ranks = new Int32Array(longPiece);

  /** @param byteIds id of the token of each single byte, length 256 */
  constructor(
    private readonly byteIds: Uint32Array,
    private readonly table: MergeTable,
  ) {}

  merge(bytes: Uint8Array): Uint32Array {
    return bytes.length <= longPiece ? this.scan(bytes) : this.mergeLong(bytes);
  }

  private rankOf(left: number, right: number): number {
    const rank = this.table.rankAt(this.table.slotOf(left, right));
    return rank < 0 ? never : rank;
  }

  private scan(bytes: Uint8Array): Uint32Array {
    const { ids, ranks } = this;
    let count = bytes.length;
    for (let i = 0; i < count; i++) ids[i] = this.byteIds[bytes[i]!]!;
    for (let i = 0; i + 1 < count; i++) ranks[i] = this.rankOf(ids[i]!, ids[i + 1]!);
    while (count > 1) {
      let at = 0;
      for (let i = 1; i + 1 < count; i++) if (ranks[i]! < ranks[at]!) at = i;
      if (ranks[at] === never) break;
      ids[at] = this.table.resultAt(this.table.slotOf(ids[at]!, ids[at + 1]!));
      ids.copyWithin(at + 1, at + 2, count);
      ranks.copyWithin(at + 1, at + 2, count - 1);
      count--;
      if (at > 0) ranks[at - 1] = this.rankOf(ids[at - 1]!, ids[at]!);
      if (at + 1 < count) ranks[at] = this.rankOf(ids[at]!, ids[at + 1]!);
    }
    return Uint32Array.from(ids.subarray(0, count));
  }

  private mergeLong(bytes: Uint8Array): Uint32Array {
    const count = bytes.length;
    const ids = Int32Array.from(bytes, (byte) => this.byteIds[byte]!); // [count], −1 once merged into its left
    const next = Int32Array.from({ length: count }, (_, i) => i + 1); // [count], `count` at the end
    const previous = Int32Array.from({ length: count }, (_, i) => i - 1); // [count]
    const heap = new PairHeap();
    const offer = (at: number) => {
      if (at < 0 || next[at]! >= count) return;
      const rank = this.rankOf(ids[at]!, ids[next[at]!]!);
      if (rank !== never) heap.push(rank, at);
    };
    for (let i = 0; i < count; i++) offer(i);
    while (heap.size > 0) {
      const [rank, at] = heap.pop();
      const right = next[at]!;
      // Stale entries: the pair at this place has changed since it was offered.
      if (ids[at]! < 0 || right >= count || this.rankOf(ids[at]!, ids[right]!) !== rank) continue;
      ids[at] = this.table.resultAt(this.table.slotOf(ids[at]!, ids[right]!));
      ids[right] = -1;
      next[at] = next[right]!;
      if (next[at]! < count) previous[next[at]!] = at;
      offer(previous[at]!);
      offer(at);
    }
    return Uint32Array.from(ids.filter((id) => id >= 0));
  }
}
