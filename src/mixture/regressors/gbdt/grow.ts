/** One tree, leaf by leaf: always the leaf whose best split gains most is split next. */
import type { BinnedRows } from './binned.js';
import {
  allocate,
  copy,
  type Histograms,
  type RowTerms,
  settleRemainders,
  subtract,
  sumRows,
} from './histograms.js';
import { bestSplit, noSplit, type Side, type Split } from './split.js';

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
  /** [splits + 1] What each leaf adds to its rows, see `Side`. */
  values: Float64Array;
}

/** What is held about a leaf while a tree grows. */
interface Leaf {
  /** Its rows are `members[from … to)`, in ascending order. */
  from: number;
  to: number;
  sums: Side;
  split: Split;
}

export interface Grower {
  grow(terms: RowTerms): Tree;
  /** Adds to each row of `scores` the value in `values` of the leaf where the row ended in the tree grown last. */
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
      leaf.sums,
      minRowsInLeaf,
      splittableIn(index),
    );
  }

  function sum(index: number, terms: RowTerms): void {
    const { from, to, sums } = leaves[index]!;
    sumRows(histograms, index, binned, terms, members, from, to);
    settleRemainders(histograms, index, binned, sums.gradient, sums.weight);
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

  function split(index: number, terms: RowTerms): void {
    const { from, to, split } = leaves[index]!;
    const middle = partition(leaves[index]!);
    const added = leaves.length;
    leaves[index] = { from, to: middle, sums: split.left, split: noSplit };
    leaves.push({ from: middle, to, sums: split.right, split: noSplit });
    if (Math.max(middle - from, to - middle) < 2 * minRowsInLeaf) return;

    splittable.copyWithin(added * features, index * features, (index + 1) * features);
    const leftIsSmaller = middle - from < to - middle;
    const [smaller, larger] = leftIsSmaller ? [index, added] : [added, index];
    if (leftIsSmaller) copy(histograms, index, added);
    sum(smaller, terms);
    subtract(histograms, larger, smaller);
    search(smaller);
    search(larger);
  }

  return {
    grow(terms) {
      splittable.fill(1, 0, features);
      const sums = { gradient: 0, weight: 0, value: 0 };
      for (let row = 0; row < rows; row++) {
        members[row] = row;
        sums.gradient += terms.gradients[row]!;
        sums.weight += terms.weights[row]!;
      }
      leaves = [{ from: 0, to: rows, sums, split: noSplit }];
      sum(0, terms);
      search(0);

      const splits: TreeSplit[] = [];
      while (leaves.length < maxLeaves) {
        const leaf = mostGaining(leaves);
        const { gain, feature, bin } = leaves[leaf]!.split;
        if (!(gain > 0)) break;
        splits.push({ leaf, feature, bin, gain });
        split(leaf, terms);
      }
      return { splits, values: Float64Array.from(leaves, (leaf) => leaf.sums.value) };
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
