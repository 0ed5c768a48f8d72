/**
 * Predictions of a forest for many rows.
 *
 * A walk from root to leaf is a chain of loads and branches that no processor can look ahead in. Here a tree is a table
 * instead: for each feature it splits on and each bin, a bit mask of the leaves that a row in that bin can still reach.
 * The leaf of a row is the one bit left by the masks of all features (the idea is QuickScorer's, Lucchese et al. 2015).
 * Rows go in blocks, a tree's tables stay in the fastest cache, and each row adds its leaves in the order of the trees.
 */
import type { Matrix } from '../regressor.js';
import { binOf } from './bins.js';
import type { Forest } from './forest.js';

const rowsInBlock = 8192;
const bins = 256;
/** Features whose masks are combined in one pass over the rows. */
const together = 4;

/** [rows] */
export function predictForest(forest: Forest, { rows, columns, values }: Matrix): Float64Array {
  const predicted = new Float64Array(rows).fill(forest.base);
  const trees = forest.starts.length - 1;
  const size = Math.min(rowsInBlock, rows);
  const block = new Uint8Array(columns * size);
  const reachable = new Int32Array(size);
  const tables = new Int32Array((columns + together) * bins);
  for (let from = 0; from < rows; from += size) {
    const length = Math.min(size, rows - from);
    for (let feature = 0; feature < columns; feature++) {
      const bounds = forest.bounds[feature]!;
      for (let row = 0; row < length; row++)
        block[feature * size + row] = binOf(bounds, values[(from + row) * columns + feature]!);
    }
    const sums = predicted.subarray(from, from + length);
    for (let tree = 0; tree < trees; tree++) {
      const used = fillTables(forest, tree, tables);
      for (let first = 0; first < used.length; first += together)
        narrow(reachable, first === 0, block, size, length, tables, used, first);
      addLeaves(sums, reachable, forest.values, forest.starts[tree]! + tree);
    }
  }
  return predicted;
}

/**
 * Writes a tree's tables one after another, the k-th for the k-th feature used, and fills up to a multiple of `together`
 * with tables that exclude nothing. Returns the features, those filled up being feature 0.
 */
function fillTables({ starts, leaf, feature, bin }: Forest, tree: number, tables: Int32Array): number[] {
  const start = starts[tree]!;
  const end = starts[tree + 1]!;
  const used = [...new Set(feature.subarray(start, end))];
  while (used.length === 0 || used.length % together !== 0) used.push(0);
  // All leaves; 32 of them are all bits.
  tables.fill(end - start + 1 < 32 ? (1 << (end - start + 1)) - 1 : -1, 0, used.length * bins);
  // From the last split back, `below[l]` is the set of final leaves under what was leaf l at that time.
  const below = Int32Array.from({ length: end - start + 1 }, (_, l) => 1 << l);
  for (let s = end - 1; s >= start; s--) {
    const left = below[leaf[s]!]!;
    const right = below[s - start + 1]!;
    const table = used.indexOf(feature[s]!) * bins;
    for (let code = 0; code <= bin[s]!; code++) tables[table + code]! &= ~right;
    for (let code = bin[s]! + 1; code < bins; code++) tables[table + code]! &= ~left;
    below[leaf[s]!] = left | right;
  }
  return used;
}

/** Leaves in `reachable` what the masks of features `used[first … first + 4)` allow too. */
function narrow(
  reachable: Int32Array,
  isFirst: boolean,
  block: Uint8Array,
  size: number,
  length: number,
  tables: Int32Array,
  used: number[],
  first: number,
): void {
  const [a, b, c, d] = [0, 1, 2, 3].map((k) =>
    block.subarray(used[first + k]! * size, used[first + k]! * size + length),
  ) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  const [ta, tb, tc, td] = [0, 1, 2, 3].map((k) =>
    tables.subarray((first + k) * bins, (first + k + 1) * bins),
  ) as [Int32Array, Int32Array, Int32Array, Int32Array];
  if (isFirst) {
    for (let row = 0; row < length; row++)
      reachable[row] = ta[a[row]!]! & tb[b[row]!]! & tc[c[row]!]! & td[d[row]!]!;
  } else {
    for (let row = 0; row < length; row++)
      reachable[row]! &= ta[a[row]!]! & tb[b[row]!]! & tc[c[row]!]! & td[d[row]!]!;
  }
}

/** Adds to each row the value of its one leaf left; a tree's values begin at `start`. */
function addLeaves(sums: Float64Array, reachable: Int32Array, values: Float64Array, start: number): void {
  for (let row = 0; row < sums.length; row++) sums[row]! += values[start + 31 - Math.clz32(reachable[row]!)]!;
}
