/**
 * Byte-pair merging in O(n log n), for pieces that are too long for a quadratic one.
 *
 * tiktoken rescans a piece after each merge: 100,000 letters without a space (a gene, an encoded picture) take it
 * 5 seconds and a million crash it. The result here is the same: the pair with the lowest rank first, leftmost first.
 */
import type { Merge } from './merges.js';
import { PairHeap } from './pair-heap.js';

export class LongPieceMerger {
  private readonly results = new Map<number, number>();

  /** @param byteIds id of the token of each single byte, length 256 */
  constructor(
    private readonly byteIds: Uint32Array,
    merges: Merge[],
    private readonly vocabularySize: number,
  ) {
    for (const { left, right, result } of merges) this.results.set(left * vocabularySize + right, result);
  }

  merge(bytes: Uint8Array): Uint32Array {
    const count = bytes.length;
    const ids = Float64Array.from(bytes, (byte) => this.byteIds[byte]!); // [count], −1 once merged into its left
    const next = Int32Array.from({ length: count }, (_, i) => i + 1); // [count], `count` at the end
    const previous = Int32Array.from({ length: count }, (_, i) => i - 1); // [count]
    const heap = new PairHeap();
    const offer = (at: number) => {
      if (at < 0 || next[at]! >= count) return;
      const result = this.results.get(ids[at]! * this.vocabularySize + ids[next[at]!]!);
      if (result !== undefined) heap.push(result, at);
    };
    for (let i = 0; i < count; i++) offer(i);
    while (heap.size > 0) {
      const [result, at] = heap.pop();
      const right = next[at]!;
      // Stale entries: the pair at this place has changed since it was offered.
      if (ids[at]! < 0 || right >= count) continue;
      if (this.results.get(ids[at]! * this.vocabularySize + ids[right]!) !== result) continue;
      ids[at] = result;
      ids[right] = -1;
      next[at] = next[right]!;
      if (next[at]! < count) previous[next[at]!] = at;
      offer(previous[at]!);
      offer(at);
    }
    return Uint32Array.from(ids.filter((id) => id >= 0));
  }
}
