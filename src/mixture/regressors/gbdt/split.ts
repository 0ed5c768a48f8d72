/** The best split of one leaf: the feature and bin that lower the squared error most. */
import type { BinnedRows } from './binned.js';
import type { Histograms } from './histograms.js';

/** The rows of one side of a split, or of a leaf. */
export interface Side {
  /** Sum of gradients. */
  gradient: number;
  /** Sum of weights. */
  weight: number;
  /** Minus gradient over weight: the step that lowers the squared error most. */
  value: number;
}

export interface Split {
  /** Fall of the leaf's weighted squared error; −Infinity where no split is allowed. */
  gain: number;
  feature: number;
  /** Rows up to this bin go left. */
  bin: number;
  left: Side;
  right: Side;
}

const nothing: Side = { gradient: 0, weight: 0, value: 0 };
export const noSplit: Split = { gain: -Infinity, feature: -1, bin: 0, left: nothing, right: nothing };

/** LightGBM's guard against dividing by 0, added to the weight of each side while splits are compared. */
const guard = Math.fround(1e-15);
/** No side weighs less. */
const minWeight = 1e-3;

/**
 * With G and H the sums of a side's gradients and weights, a split gains G²/H left + G²/H right − G²/H of both. Bins are
 * scanned from the highest down and features from the first up, and only a larger gain replaces an earlier one: so ties
 * end as in LightGBM. As there, a bin's rows are counted by its share of the leaf's weight.
 *
 * @param splittable [features] 0 where an ancestor's rows had no split that gains; set to 0 where this leaf has none
 */
export function bestSplit(
  { bins, gradients, weights }: Histograms,
  leaf: number,
  { features, offsets }: BinnedRows,
  rows: number,
  { gradient: sumGradient, weight }: Side,
  minRows: number,
  splittable: Uint8Array,
): Split {
  const sumWeight = weight + 2 * guard;
  const rowsPerWeight = rows / sumWeight;
  const unsplit = (sumGradient * sumGradient) / sumWeight;
  let bestGain = -Infinity;
  let bestFeature = -1;
  let bestBin = 0;
  let bestGradient = 0;
  let bestWeight = 0;
  for (let feature = 0; feature < features; feature++) {
    if (splittable[feature] === 0) continue;
    const first = leaf * bins + offsets[feature]!;
    let featureGain = unsplit;
    let featurePlace = -1;
    let featureGradient = 0;
    let featureWeight = 0;
    let rightGradient = 0;
    let rightWeight = guard;
    let rightRows = 0;
    for (let place = leaf * bins + offsets[feature + 1]! - 1; place > first; place--) {
      const binWeight = weights[place]!;
      rightGradient += gradients[place]!;
      rightWeight += binWeight;
      rightRows += (binWeight * rowsPerWeight + 0.5) | 0;
      if (rightRows < minRows || rightWeight < minWeight) continue;
      const leftWeight = sumWeight - rightWeight;
      if (rows - rightRows < minRows || leftWeight < minWeight) break;
      const leftGradient = sumGradient - rightGradient;
      const gain = (leftGradient * leftGradient) / leftWeight + (rightGradient * rightGradient) / rightWeight;
      if (gain > featureGain) {
        featureGain = gain;
        featurePlace = place;
        featureGradient = leftGradient;
        featureWeight = leftWeight;
      }
    }
    if (featurePlace < 0) {
      splittable[feature] = 0;
    } else if (featureGain - unsplit > bestGain) {
      bestGain = featureGain - unsplit;
      bestFeature = feature;
      bestBin = featurePlace - 1 - first;
      bestGradient = featureGradient;
      bestWeight = featureWeight;
    }
  }
  if (bestFeature < 0) return noSplit;
  return {
    gain: bestGain,
    feature: bestFeature,
    bin: bestBin,
    left: sideOf(bestGradient, bestWeight),
    right: sideOf(sumGradient - bestGradient, sumWeight - bestWeight),
  };
}

/** @param guarded weight with the guard */
function sideOf(gradient: number, guarded: number): Side {
  return { gradient, weight: guarded - guard, value: -gradient / guarded };
}
