/** The best split of one leaf: the feature and bin that lower the squared error most. */
import type { BinnedRows } from './binned.js';
import type { Histograms } from './histograms.js';

export interface Split {
  /** Fall of the leaf's squared error, halved; −Infinity where no split is allowed. */
  gain: number;
  feature: number;
  /** Rows up to this bin go left. */
  bin: number;
  leftRows: number;
  leftGradient: number;
}

export const noSplit: Split = { gain: -Infinity, feature: -1, bin: 0, leftRows: 0, leftGradient: 0 };

/**
 * With G and n the gradients' sum and the rows of a side, a split gains G²/n left + G²/n right − G²/n of both. Bins are
 * scanned from the highest down and features from the first up, and only a larger gain replaces an earlier one: so ties
 * end as in LightGBM.
 *
 * @param splittable [features] 0 where an ancestor's rows had no split that gains; set to 0 where this leaf has none
 */
export function bestSplit(
  { bins: width, gradients, counts }: Histograms,
  leaf: number,
  { features, offsets }: BinnedRows,
  rows: number,
  sumGradient: number,
  minRows: number,
  splittable: Uint8Array,
): Split {
  const unsplit = (sumGradient * sumGradient) / rows;
  let best = noSplit;
  for (let feature = 0; feature < features; feature++) {
    if (splittable[feature] === 0) continue;
    const start = leaf * width + offsets[feature]!;
    const lowest = start + 1;
    let bestGain = unsplit;
    let bestPlace = -1;
    let bestRows = 0;
    let bestGradient = 0;
    let rightGradient = 0;
    let rightRows = 0;
    for (let place = leaf * width + offsets[feature + 1]! - 1; place >= lowest; place--) {
      rightGradient += gradients[place]!;
      rightRows += counts[place]!;
      if (rightRows < minRows) continue;
      const leftRows = rows - rightRows;
      if (leftRows < minRows) break;
      const leftGradient = sumGradient - rightGradient;
      const gain = (leftGradient * leftGradient) / leftRows + (rightGradient * rightGradient) / rightRows;
      if (gain > bestGain) {
        bestGain = gain;
        bestPlace = place - 1;
        bestRows = leftRows;
        bestGradient = leftGradient;
      }
    }
    if (bestPlace < 0) {
      splittable[feature] = 0;
    } else if (bestGain - unsplit > best.gain) {
      const bin = bestPlace - start;
      best = { gain: bestGain - unsplit, feature, bin, leftRows: bestRows, leftGradient: bestGradient };
    }
  }
  return best;
}
