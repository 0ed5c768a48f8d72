/** One tree, leaf by leaf: always the leaf whose best split gains most is split next. */
import type { BinnedRows } from './binned.js';
import { allocate, type Histograms, move, settleRemainders, subtract, sumRows } from './histograms.js';
import { bestSplit, noSplit, type Split } from './split.js';

export interface GrowOptions {
  /** Leaves of a tree, at most 32. */
  maxLeaves: number;
  /** No leaf has fewer rows. */
  minRowsInLeaf: number;
}

/** Split number s turns leaf `leaf` into itself (rows up to the bin) and leaf s + 1 (the others). */
export interface TreeSplit {
  leaf: number;
  feature: number;
  bin: number;
  gain: number;
}

export interface Tree {
  splits: TreeSplit[];
  /** [splits + 1] Minus the mean gradient of each leaf's rows: the step that lowers the squared error most. */
  values: Float64Array;
}

/** What is held about a leaf while a tree grows. */
interface Leaf {
  /** Its rows are `members[from … to)`, in ascending order. */
  from: number;
  to: number;
  sumGradient: number;
  split: Split;
}

export interface Grower {
  /**
   * @param gradients [rows]
   * @returns the tree; `leafOf` says afterwards where each row ended
   */
  grow(gradients: Float64Array): Tree;
  /** Adds `values[leaf of the row]` to each row of `scores`. */
  addTo(scores: Float64Array, values: Float64Array): void;
}

/** Memory for trees over the same rows, taken once. */
export function treeGrower(binned: BinnedRows, { maxLeaves, minRowsInLeaf }: GrowOptions): Grower {
  const { rows, features, bins } = binned;
  const histograms: Histograms = allocate(maxLeaves, binned);
  const splittable = new Uint8Array(maxLeaves * features);
  const members = new Int32Array(rows);
  const toRight = new Int32Array(rows);
  let leaves: Leaf[] = [];

  const rowsIn = ({ from, to }: Leaf) => to - from;
  const splittableIn = (leaf: number) => splittable.subarray(leaf * features, (leaf + 1) * features);

  function search(index: number): void {
    const leaf = leaves[index]!;
    if (rowsIn(leaf) < 2 * minRowsInLeaf) return;
    leaf.split = bestSplit(
      histograms,
      index,
      binned,
      rowsIn(leaf),
      leaf.sumGradient,
      minRowsInLeaf,
      splittableIn(index),
    );
  }

  function sum(index: number, gradients: Float64Array): void {
    const { from, to, sumGradient } = leaves[index]!;
    sumRows(histograms, index, binned, gradients, members, from, to);
    settleRemainders(histograms, index, binned, sumGradient);
  }

  /** Stable: rows keep their order on both sides. Returns where the right side begins. */
  function partition({ from, to, split }: Leaf): number {
    const binOfRow = bins.subarray(split.feature * rows, (split.feature + 1) * rows);
    let left = from;
    let right = 0;
    for (let i = from; i < to; i++) {
      const row = members[i]!;
      if (binOfRow[row]! <= split.bin) members[left++] = row;
      else toRight[right++] = row;
    }
    members.set(toRight.subarray(0, right), left);
    return left;
  }

  function split(index: number, gradients: Float64Array): void {
    const parent = leaves[index]!;
    const middle = partition(parent);
    const { leftGradient } = parent.split;
    const added = leaves.length;
    leaves.push({
      from: middle,
      to: parent.to,
      sumGradient: parent.sumGradient - leftGradient,
      split: noSplit,
    });
    leaves[index] = { from: parent.from, to: middle, sumGradient: leftGradient, split: noSplit };
    if (Math.max(rowsIn(leaves[index]), rowsIn(leaves[added]!)) < 2 * minRowsInLeaf) return;

    splittable.copyWithin(added * features, index * features, (index + 1) * features);
    const leftIsSmaller = rowsIn(leaves[index]) < rowsIn(leaves[added]!);
    const [smaller, larger] = leftIsSmaller ? [index, added] : [added, index];
    if (leftIsSmaller) move(histograms, index, added);
    sum(smaller, gradients);
    subtract(histograms, larger, smaller);
    search(smaller);
    search(larger);
  }

  return {
    grow(gradients) {
      splittable.fill(1, 0, features);
      for (let row = 0; row < rows; row++) members[row] = row;
      let sumGradient = 0;
      for (let row = 0; row < rows; row++) sumGradient += gradients[row]!;
      leaves = [{ from: 0, to: rows, sumGradient, split: noSplit }];
      sum(0, gradients);
      search(0);

      const splits: TreeSplit[] = [];
      while (leaves.length < maxLeaves) {
        const leaf = mostGaining(leaves);
        const { gain, feature, bin } = leaves[leaf]!.split;
        if (!(gain > 0)) break;
        splits.push({ leaf, feature, bin, gain });
        split(leaf, gradients);
      }
      return { splits, values: Float64Array.from(leaves, (leaf) => -leaf.sumGradient / rowsIn(leaf)) };
    },
    addTo(scores, values) {
      leaves.forEach(({ from, to }, leaf) => {
        for (let i = from; i < to; i++) scores[members[i]!]! += values[leaf]!;
      });
    },
  };
}

/** Of equal gains, the split on the earlier feature, then the earlier leaf. */
function mostGaining(leaves: Leaf[]): number {
  let best = 0;
  for (let leaf = 1; leaf < leaves.length; leaf++) {
    const [{ gain, feature }, most] = [leaves[leaf]!.split, leaves[best]!.split];
    if (gain > most.gain || (gain === most.gain && feature < most.feature)) best = leaf;
  }
  return best;
}
