/** Whole windows from shares. */

/**
 * Largest remainder: whole numbers in proportion to `shares` that add up to `total`, each less than one away from its
 * exact part; equal remainders are served in order.
 * @param shares ≥ 0, at least one above 0; they need not add up to 1
 */
export function apportion(total: number, shares: readonly number[]): number[] {
  const sum = shares.reduce((a, b) => a + b, 0);
  const exact = shares.map((share) => (share / sum) * total);
  // A part that is whole but for the last bits of the division counts as whole.
  const parts = exact.map((part) => Math.floor(part * (1 + 4 * Number.EPSILON)));
  const missing = total - parts.reduce((a, b) => a + b, 0);
  exact
    .map((part, i) => ({ i, remainder: part - parts[i]! }))
    .sort((a, b) => b.remainder - a.remainder || a.i - b.i)
    .slice(0, Math.max(0, missing))
    .forEach(({ i }) => {
      parts[i]!++;
    });
  return parts;
}
