/** Sorts the positions of a text by the word there, then the word before it, and so on, in linear time. */

/**
 * Sorts by numbers[p], then numbers[p - 1], … numbers[p - order + 1]; ties keep their order. One counting sort a word,
 * the least important first.
 *
 * @param positions sorted in place; each at least order - 1
 * @param limit above all numbers
 */
export function sortBySuffix(
  numbers: Int32Array,
  positions: Int32Array,
  order: number,
  limit: number,
): Int32Array {
  let from = positions;
  let to: Int32Array = new Int32Array(positions.length);
  for (let back = order - 1; back >= 0; back--) {
    const next = new Int32Array(limit + 1);
    for (const position of from) next[numbers[position - back]! + 1]!++;
    for (let i = 0; i < limit; i++) next[i + 1]! += next[i]!;
    for (const position of from) to[next[numbers[position - back]!]!++] = position;
    [from, to] = [to, from];
  }
  return from;
}
