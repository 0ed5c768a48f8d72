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
const binsInTable = 256;
/** Features whose masks are combined in one pass over the rows. */
const together = 4;

/** Rows that are predicted together. */
interface Block {
  length: number;
  /** [features][length] The bin of each value. */
  bins: Uint8Array[];
  /** [length] The leaves of the present tree that each row can still reach, a bit each. */
  reachable: Int32Array;
}

/** [rows] */
export function predictForest(forest: Forest, rows: Matrix): Float64Array {
  const predicted = new Float64Array(rows.rows).fill(forest.base);
  const trees = forest.starts.length - 1;
  const tables = new Int32Array((rows.columns + together) * binsInTable);
  for (let from = 0; from < rows.rows; from += rowsInBlock) {
    const block = binBlock(forest, rows, from, Math.min(rows.rows, from + rowsInBlock));
    const sums = predicted.subarray(from, from + block.length);
    for (let tree = 0; tree < trees; tree++) {
      const used = fillTables(forest, tree, tables);
      for (let first = 0; first < used.length; first += together) narrow(block, tables, used, first);
      addLeaves(sums, block.reachable, forest.values, forest.starts[tree]! + tree);
    }
  }
  return predicted;
}

function binBlock({ bounds }: Forest, { columns, values }: Matrix, from: number, to: number): Block {
  const length = to - from;
  const bins = bounds.map((own, feature) => {
    const column = new Uint8Array(length);
    for (let row = 0; row < length; row++)
      column[row] = binOf(own, values[(from + row) * columns + feature]!);
    return column;
  });
  return { length, bins, reachable: new Int32Array(length) };
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
  tables.fill(end - start + 1 < 32 ? (1 << (end - start + 1)) - 1 : -1, 0, used.length * binsInTable);
  // From the last split back, `below[l]` is the set of final leaves under what was leaf l at that time.
  const below = Int32Array.from({ length: end - start + 1 }, (_, l) => 1 << l);
  for (let s = end - 1; s >= start; s--) {
    const left = below[leaf[s]!]!;
    const right = below[s - start + 1]!;
    const table = used.indexOf(feature[s]!) * binsInTable;
    for (let code = 0; code <= bin[s]!; code++) tables[table + code]! &= ~right;
    for (let code = bin[s]! + 1; code < binsInTable; code++) tables[table + code]! &= ~left;
    below[leaf[s]!] = left | right;
  }
  return used;
}

/** Leaves in `reachable` what the masks of features `used[first … first + 4)` allow; the first time, of all leaves. */
function narrow({ length, bins, reachable }: Block, tables: Int32Array, used: number[], first: number): void {
  const column = (k: number) => bins[used[first + k]!]!;
  const table = (k: number) => tables.subarray((first + k) * binsInTable, (first + k + 1) * binsInTable);
  const [a, b, c, d] = [column(0), column(1), column(2), column(3)];
  const [ofA, ofB, ofC, ofD] = [table(0), table(1), table(2), table(3)];
  if (first === 0) reachable.fill(-1);
  for (let row = 0; row < length; row++)
    reachable[row]! &= ofA[a[row]!]! & ofB[b[row]!]! & ofC[c[row]!]! & ofD[d[row]!]!;
}

/** Adds to each row the value of its one leaf left; a tree's values begin at `start`. */
function addLeaves(sums: Float64Array, reachable: Int32Array, values: Float64Array, start: number): void {
  for (let row = 0; row < sums.length; row++) sums[row]! += values[start + 31 - Math.clz32(reachable[row]!)]!;
}
