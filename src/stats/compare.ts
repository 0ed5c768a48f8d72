/** Order of two numbers, for the statistics that count pairs. */

/** 1, 0 or −1; NaN if either is NaN. Compared, not subtracted: ∞ − ∞ is no number, and ∞ equals ∞. */
export function compare(a: number, b: number): number {
  if (a === b) return 0;
  return a > b ? 1 : a < b ? -1 : Number.NaN;
}
