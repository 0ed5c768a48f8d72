/** Ranks of a sample. */

/**
 * Ranks from 1 (smallest), tied values sharing the average of their ranks: what `spearman` is computed on.
 * If any value is NaN there is no order, and every rank is NaN.
 *
 * @example ranks([10, 30, 20, 20]) // [1, 4, 2.5, 2.5]
 */
export function ranks(values: ArrayLike<number>): number[] {
  const n = values.length;
  const order = Array.from({ length: n }, (_, i) => i);
  if (order.some((i) => Number.isNaN(values[i]))) return order.map(() => Number.NaN);
  order.sort((a, b) => values[a]! - values[b]!);
  const result = new Array<number>(n);
  for (let start = 0; start < n; ) {
    let end = start + 1;
    while (end < n && values[order[end]!] === values[order[start]!]) end++;
    for (let k = start; k < end; k++) result[order[k]!] = (start + 1 + end) / 2;
    start = end;
  }
  return result;
}
