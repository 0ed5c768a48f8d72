/** Groups items by a 32-bit key, in 8 bytes an item. */

/**
 * The items of every key that two items or more have, keys in rising order.
 * @param keys shape [items]
 * @param items numbers of those that take part
 * @returns arrays that the caller may reorder
 */
export function* buckets(keys: Uint32Array, items: Uint32Array): Iterable<Uint32Array> {
  const sorted = sortByKey(keys, items);
  for (let start = 0, end = 0; start < sorted.length; start = end) {
    const key = keys[sorted[start]!];
    for (end = start + 1; end < sorted.length && keys[sorted[end]!] === key; end++);
    if (end - start > 1) yield sorted.subarray(start, end);
  }
}

/** Radix sort by the lower and then the upper 16 bits; items with equal keys keep their order. */
function sortByKey(keys: Uint32Array, items: Uint32Array): Uint32Array {
  let from = items;
  for (const shift of [0, 16]) {
    const next = new Uint32Array(1 << 16);
    for (const item of from) next[(keys[item]! >>> shift) & 0xffff]!++;
    let start = 0;
    for (const [digit, count] of next.entries()) {
      next[digit] = start;
      start += count;
    }
    const to = new Uint32Array(items.length);
    for (const item of from) to[next[(keys[item]! >>> shift) & 0xffff]!++] = item;
    from = to;
  }
  return from;
}
