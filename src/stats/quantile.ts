/** Quantile of a sample. */

/**
 * Quantile p in [0, 1] with linear interpolation between order statistics (type 7 of Hyndman and Fan, the default of
 * NumPy and R). The sample need not be sorted. NaN for an empty sample or if any value is NaN.
 *
 * @example quantile([1, 2, 3, 4], 0.25) // 1.75
 */
export function quantile(values: ArrayLike<number>, p: number): number {
  const sorted = Float64Array.from(values).sort();
  // Typed arrays sort NaN last.
  if (sorted.length === 0 || Number.isNaN(sorted[sorted.length - 1]) || !(p >= 0 && p <= 1))
    return Number.NaN;
  const position = p * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (high - low) * (position - below);
}
