/** Covariances between rows under a model and its hyperparameters. */
import { dotTile } from '../../linear-algebra/dot-tile.js';
import { paddedSize, tileRows } from '../../linear-algebra/factor.js';
import type { Matrix } from '../regressor.js';
import { inputs } from './inputs.js';
import { kernels } from './kernel.js';
import { type GpModel, gpLayout } from './model.js';

/** Variance of the constant mean's prior, for targets of variance 1. */
export const constantVariance = 1;

/** Rows as the kernels see them, padded with rows of zeros to whole tiles. */
export interface GpRows {
  rows: number;
  /** [padded rows, width] Transformed features over their length scales. */
  scaled: Matrix;
  /** [padded rows] Squared length of each row of `scaled`. */
  squares: Float64Array;
  /** [padded rows, columns] Standardised plain features. */
  linear: Matrix;
}

/** [width] What a transformed feature is multiplied by: 1 / (unit · length scale). */
export function featureScales(model: GpModel, hyper: Float64Array): Float64Array {
  const { lengths } = gpLayout(model);
  return model.unit.map((unit, j) => Math.exp(-hyper[lengths + j]!) / unit);
}

export function gpRows(model: GpModel, hyper: Float64Array, rows: Matrix): GpRows {
  const { transform } = gpLayout(model);
  const features = inputs[model.input].apply(rows, model.start, hyper.subarray(0, transform));
  const scales = featureScales(model, hyper);
  const scaled = padded(features, (value, column) => value * scales[column]!);
  const linear = padded(rows, (value, column) => (value - model.centre[column]!) / model.spread[column]!);
  const squares = new Float64Array(scaled.rows);
  for (let at = 0; at < scaled.values.length; at++)
    squares[Math.floor(at / scaled.columns)]! += scaled.values[at]! ** 2;
  return { rows: rows.rows, scaled, squares, linear };
}

/** What `covarianceTile` writes, eight values each, at [2 · row + column] of the tile. */
export interface CovarianceTile {
  /** Squared scaled distance. */
  squared: Float64Array;
  /** Kernel of f, before its variance. */
  value: Float64Array;
  /** Inner product of the standardised features. */
  product: Float64Array;
  /** The whole covariance, noise apart. */
  total: Float64Array;
}

export function covarianceTile(): CovarianceTile {
  const eight = () => new Float64Array(2 * tileRows);
  return { squared: eight(), value: eight(), product: eight(), total: eight() };
}

/** Covariances of rows i … i+3 of `a` with rows j, j+1 of `b`, written into `tile`. */
export function fillTile(
  model: GpModel,
  variances: { signal: number; linear: number },
  a: GpRows,
  i: number,
  b: GpRows,
  j: number,
  tile: CovarianceTile,
): void {
  const { squared, value, product, total } = tile;
  const kernel = kernels[model.kernel];
  const [width, columns] = [a.scaled.columns, a.linear.columns];
  dotTile(a.scaled.values, i, b.scaled.values, j, 0, width, width, squared);
  dotTile(a.linear.values, i, b.linear.values, j, 0, columns, columns, product);
  for (let at = 0; at < 2 * tileRows; at++) {
    const lengths = a.squares[i + (at >> 1)]! + b.squares[j + (at & 1)]!;
    squared[at] = Math.max(0, lengths - 2 * squared[at]!);
    value[at] = kernel.value(squared[at]!);
    total[at] = variances.signal * value[at]! + variances.linear * product[at]! + constantVariance;
  }
}

export function gpVariances(
  model: GpModel,
  hyper: Float64Array,
): { signal: number; linear: number; noise: number } {
  const { signal, linear, noise } = gpLayout(model);
  const variance = (at: number) => Math.exp(2 * hyper[at]!);
  return { signal: variance(signal), linear: variance(linear), noise: variance(noise) };
}

function padded({ rows, columns, values }: Matrix, map: (value: number, column: number) => number): Matrix {
  const out = new Float64Array(paddedSize(rows) * columns);
  for (let at = 0; at < values.length; at++) out[at] = map(values[at]!, at % columns);
  return { rows: paddedSize(rows), columns, values: out };
}
