/** Sums over the rows of a leaf, a bin of a feature at a time: all that the search for a split looks at. */
import type { BinnedRows } from './binned.js';

/** One histogram a leaf; rows of the arrays are leaves, columns the bins of all features. */
export interface Histograms {
  bins: number;
  /** [leaves, bins] Sum of gradients. */
  gradients: Float64Array;
  /** [leaves, bins] Sum of weights (the second derivatives of the squared error): the number of rows if all weigh 1. */
  weights: Float64Array;
}

/** What each row adds to its bins. */
export interface RowTerms {
  /** [rows] */
  gradients: Float64Array;
  /** [rows] */
  weights: Float64Array;
}

export function allocate(leaves: number, { offsets, features }: BinnedRows): Histograms {
  const bins = offsets[features]!;
  return { bins, gradients: new Float64Array(leaves * bins), weights: new Float64Array(leaves * bins) };
}

/** Sums the rows `members[from … to)` into the histogram of `leaf`, in the order of the members. */
export function sumRows(
  { bins, gradients, weights }: Histograms,
  leaf: number,
  { places, features }: BinnedRows,
  terms: RowTerms,
  members: Int32Array,
  from: number,
  to: number,
): void {
  const start = leaf * bins;
  gradients.fill(0, start, start + bins);
  weights.fill(0, start, start + bins);
  for (let i = from; i < to; i++) {
    const row = members[i]!;
    const gradient = terms.gradients[row]!;
    const weight = terms.weights[row]!;
    const last = (row + 1) * features;
    for (let at = row * features; at < last; at++) {
      const place = start + places[at]!;
      gradients[place]! += gradient;
      weights[place]! += weight;
    }
  }
}

/** The remainder bins of `leaf` as what the other bins leave of the leaf's sums: LightGBM's rounding, bit by bit. */
export function settleRemainders(
  { bins, gradients, weights }: Histograms,
  leaf: number,
  { features, offsets, remainderBin }: BinnedRows,
  sumGradient: number,
  sumWeight: number,
): void {
  for (let feature = 0; feature < features; feature++) {
    const remainder = remainderBin[feature]!;
    // Bin 0 is on the left of every split, so its sums are never read.
    if (remainder === 0) continue;
    const start = leaf * bins + offsets[feature]!;
    const end = leaf * bins + offsets[feature + 1]!;
    let gradient = sumGradient;
    let weight = sumWeight;
    for (let place = start; place < end; place++) {
      if (place === start + remainder) continue;
      gradient -= gradients[place]!;
      weight -= weights[place]!;
    }
    gradients[start + remainder] = gradient;
    weights[start + remainder] = weight;
  }
}

/** Takes `part`'s histogram from `whole`'s, which becomes that of the rest: cheaper than summing the rest's rows. */
export function subtract({ bins, gradients, weights }: Histograms, whole: number, part: number): void {
  const to = whole * bins;
  const from = part * bins;
  for (let i = 0; i < bins; i++) {
    gradients[to + i]! -= gradients[from + i]!;
    weights[to + i]! -= weights[from + i]!;
  }
}

/** Copies the histogram of leaf `from` to leaf `to`. */
export function copy({ bins, gradients, weights }: Histograms, from: number, to: number): void {
  gradients.copyWithin(to * bins, from * bins, (from + 1) * bins);
  weights.copyWithin(to * bins, from * bins, (from + 1) * bins);
}
