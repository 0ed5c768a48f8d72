/** What RegMix does to a drawn mixture before it is trained: bounds, a smallest share, rounding, no near-duplicates. */

/** Whether no domain has more than its bound. */
export function withinBounds(mixture: Float64Array, bounds: Float64Array): boolean {
  return mixture.every((share, i) => share <= bounds[i]!);
}

/**
 * Shares below `smallest` become 0, the rest is normalised and then rounded to multiples of `smallest` (halves to even,
 * as NumPy rounds). Rounded shares need not add up to 1 exactly: RegMix leaves them so, and its trainer normalises.
 */
export function roundShares(mixture: Float64Array, smallest: number): Float64Array {
  const kept = mixture.map((share) => (share < smallest ? 0 : share));
  const total = kept.reduce((sum, share) => sum + share, 0);
  return kept.map((share) => roundHalfToEven(share / total / smallest) * smallest);
}

/**
 * Mixtures sorted by the last domain's share, then the one before it and so on, without those whose L1 distance to the
 * one kept before is at most `threshold`.
 */
export function withoutNearDuplicates(mixtures: readonly Float64Array[], threshold: number): Float64Array[] {
  const kept: Float64Array[] = [];
  for (const mixture of [...mixtures].sort(byLastShare)) {
    const last = kept.at(-1);
    if (last === undefined || l1Distance(mixture, last) > threshold) kept.push(mixture);
  }
  return kept;
}

export function l1Distance(a: Float64Array, b: Float64Array): number {
  let distance = 0;
  for (let i = 0; i < a.length; i++) distance += Math.abs(a[i]! - b[i]!);
  return distance;
}

function byLastShare(a: Float64Array, b: Float64Array): number {
  for (let i = a.length - 1; i >= 0; i--) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return 0;
}

function roundHalfToEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
