/** Whole numbers in given proportions. */

/**
 * `total` split in proportion to `shares` (at least 0, not all 0) by largest remainders (Hamilton's method): whole
 * numbers that add up to `total`, each less than 1 from its exact value. Ties go to the earlier.
 *
 * @example apportion([0.5, 0.3, 0.2], 7) // [4, 2, 1]
 */
export function apportion(shares: readonly number[], total: number): number[] {
  const sum = shares.reduce((all, share) => all + share, 0);
  const exact = shares.map((share) => (share / sum) * total);
  const counts = exact.map(Math.floor);
  const remainder = (i: number) => exact[i]! - counts[i]!;
  const order = shares
    .map((_, i) => i)
    .filter((i) => shares[i]! > 0)
    .sort((a, b) => remainder(b) - remainder(a));
  let missing = total - counts.reduce((all, count) => all + count, 0);
  for (let i = 0; missing > 0; i++, missing--) counts[order[i % order.length]!]!++;
  return counts;
}
