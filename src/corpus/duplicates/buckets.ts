/** Groups items by a 32-bit key. */

/**
 * The items of every key that two items or more have, keys in rising order.
 * @param keys shape [items]
 * @param items numbers of those that take part
 * @param scratch two arrays as long as `items`: what was in them is lost
 * @returns parts of `scratch`, which the caller may reorder
 */
export function* buckets(
  keys: Uint32Array,
  items: Uint32Array,
  scratch: readonly [Uint32Array, Uint32Array],
): Iterable<Uint32Array> {
  const sorted = sortByKey(keys, items, scratch);
  for (let start = 0, end = 0; start < sorted.length; start = end) {
    const key = keys[sorted[start]!];
    for (end = start + 1; end < sorted.length && keys[sorted[end]!] === key; end++);
    if (end - start > 1) yield sorted.subarray(start, end);
  }
}

/** Radix sort by the lower and then the upper 16 bits; items with equal keys keep their order. */
function sortByKey(
  keys: Uint32Array,
  items: Uint32Array,
  [half, whole]: readonly [Uint32Array, Uint32Array],
): Uint32Array {
  sortByDigit(keys, items, 0, half);
  sortByDigit(keys, half, 16, whole);
  return whole;
}

function sortByDigit(keys: Uint32Array, from: Uint32Array, shift: number, to: Uint32Array): void {
  const next = new Uint32Array(1 << 16);
  for (const item of from) next[(keys[item]! >>> shift) & 0xffff]!++;
  let start = 0;
  for (const [digit, count] of next.entries()) {
    next[digit] = start;
    start += count;
  }
  for (const item of from) to[next[(keys[item]! >>> shift) & 0xffff]!++] = item;
}
