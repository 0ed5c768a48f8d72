/** A training set as bins: what the histograms of all trees are made of. */
import type { Matrix } from '../regressor.js';
import { type BinOptions, binOf, findBins } from './bins.js';

export interface BinnedRows {
  rows: number;
  features: number;
  /** [features] Upper bounds of each feature's bins but the last, see `findBins`. */
  bounds: Float64Array[];
  /** [features + 1] Where each feature's bins begin in a histogram of all features. */
  offsets: Int32Array;
  /** [features, rows] The bin of each value, within its feature. */
  bins: Uint8Array;
  /** [rows, features] The same as a place in a histogram of all features. */
  places: Uint32Array;
  /** [features] The bin that LightGBM does not sum but takes as what the others leave; 0 where it never matters. */
  remainderBin: Uint8Array;
}

/** Above this share of all rows in one bin, LightGBM takes that bin, and not the bin of zero, as the remainder. */
const sparseShare = 0.7;

export function binRows({ rows, columns, values }: Matrix, options: BinOptions): BinnedRows {
  const bounds: Float64Array[] = [];
  const offsets = new Int32Array(columns + 1);
  const bins = new Uint8Array(columns * rows);
  const remainderBin = new Uint8Array(columns);
  for (let feature = 0; feature < columns; feature++) {
    const column = Float64Array.from({ length: rows }, (_, row) => values[row * columns + feature]!);
    const edges = findBins(column, options);
    bounds.push(edges);
    offsets[feature + 1] = offsets[feature]! + edges.length + 1;
    const own = bins.subarray(feature * rows, (feature + 1) * rows);
    column.forEach((value, row) => {
      own[row] = binOf(edges, value);
    });
    remainderBin[feature] = remainderOf(own, edges);
  }
  const places = new Uint32Array(rows * columns);
  for (let row = 0; row < rows; row++)
    for (let feature = 0; feature < columns; feature++)
      places[row * columns + feature] = offsets[feature]! + bins[feature * rows + row]!;
  return { rows, features: columns, bounds, offsets, bins, places, remainderBin };
}

function remainderOf(bins: Uint8Array, bounds: Float64Array): number {
  const counts = new Int32Array(bounds.length + 1);
  for (const bin of bins) counts[bin]!++;
  const fullest = counts.indexOf(Math.max(...counts));
  return counts[fullest]! / bins.length < sparseShare ? binOf(bounds, 0) : fullest;
}
