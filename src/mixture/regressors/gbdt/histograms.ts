/** Sums over the rows of a leaf, a bin of a feature at a time: all that the search for a split looks at. */
import type { BinnedRows } from './binned.js';

/** One histogram a leaf; rows of the arrays are leaves, columns the bins of all features. */
export interface Histograms {
  bins: number;
  /** [leaves, bins] Sum of gradients. */
  gradients: Float64Array;
  /** [leaves, bins] Number of rows. */
  counts: Int32Array;
}

export function allocate(leaves: number, { offsets, features }: BinnedRows): Histograms {
  const bins = offsets[features]!;
  return { bins, gradients: new Float64Array(leaves * bins), counts: new Int32Array(leaves * bins) };
}

/** Sums the gradients of `members[from … to)` into the histogram of `leaf`, in the order of the members. */
export function sumRows(
  { bins, gradients, counts }: Histograms,
  leaf: number,
  { places, features }: BinnedRows,
  gradientOf: Float64Array,
  members: Int32Array,
  from: number,
  to: number,
): void {
  const start = leaf * bins;
  gradients.fill(0, start, start + bins);
  counts.fill(0, start, start + bins);
  for (let i = from; i < to; i++) {
    const row = members[i]!;
    const gradient = gradientOf[row]!;
    const last = (row + 1) * features;
    for (let at = row * features; at < last; at++) {
      const place = start + places[at]!;
      gradients[place]! += gradient;
      counts[place]!++;
    }
  }
}

/** The remainder bins of `leaf` as what the other bins leave of the leaf's sum: LightGBM's rounding, bit by bit. */
export function settleRemainders(
  { bins, gradients }: Histograms,
  leaf: number,
  { features, offsets, remainderBin }: BinnedRows,
  sumGradient: number,
): void {
  for (let feature = 0; feature < features; feature++) {
    // Bin 0 is on the left of every split, so its sum is never read.
    if (remainderBin[feature] === 0) continue;
    const start = leaf * bins + offsets[feature]!;
    const width = offsets[feature + 1]! - offsets[feature]!;
    let rest = sumGradient;
    for (let bin = 0; bin < width; bin++) if (bin !== remainderBin[feature]) rest -= gradients[start + bin]!;
    gradients[start + remainderBin[feature]!] = rest;
  }
}

/** Takes `part`'s histogram from `whole`'s, which becomes that of the rest: cheaper than summing the rest's rows. */
export function subtract({ bins, gradients, counts }: Histograms, whole: number, part: number): void {
  const to = whole * bins;
  const from = part * bins;
  for (let i = 0; i < bins; i++) {
    gradients[to + i]! -= gradients[from + i]!;
    counts[to + i]! -= counts[from + i]!;
  }
}

/** Moves the histogram of leaf `from` to leaf `to`. */
export function move({ bins, gradients, counts }: Histograms, from: number, to: number): void {
  gradients.copyWithin(to * bins, from * bins, (from + 1) * bins);
  counts.copyWithin(to * bins, from * bins, (from + 1) * bins);
}
