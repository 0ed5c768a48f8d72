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
  /**
   * [padded rows, width + 2] (x, |x|², 1) and (−2x, 1, |x|²): the product of a row of the first with one of the second is
   * the squared distance of the two.
   */
  left: Matrix;
  right: Matrix;
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
  return {
    rows: rows.rows,
    scaled,
    left: beside(scaled, 1, (square) => [square, 1]),
    right: beside(scaled, -2, (square) => [1, square]),
    linear,
  };
}

/** Each row times a factor, and two further columns made of its squared length. */
function beside(
  { rows, columns, values }: Matrix,
  factor: number,
  further: (square: number) => [number, number],
): Matrix {
  const width = columns + 2;
  const out = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    let square = 0;
    for (let k = 0; k < columns; k++) {
      const value = values[row * columns + k]!;
      square += value * value;
      out[row * width + k] = factor * value;
    }
    out.set(further(square), row * width + columns);
  }
  return { rows, columns: width, values: out };
}

/** Of rows of `a` with rows of `b`, row-major [padded rows of a, padded rows of b]. */
export interface CovarianceParts {
  /** Kernel of f, before its variance. */
  value: Float64Array;
  /** Its derivative by the squared scaled distance; only where it is asked for. */
  slope?: Float64Array;
  /** Inner products of the standardised features. */
  product: Float64Array;
}

/**
 * @param options.triangle `a` and `b` are the same: only what lies below the diagonal, in whole tiles, is filled
 * @param options.slopes whether gradients will be asked for
 */
export function covarianceParts(
  model: GpModel,
  a: GpRows,
  b: GpRows,
  { triangle, slopes }: { triangle: boolean; slopes: boolean },
): CovarianceParts {
  const [rows, columns] = [a.scaled.rows, b.scaled.rows];
  const value = new Float64Array(rows * columns);
  const product = new Float64Array(rows * columns);
  const slope = slopes ? new Float64Array(rows * columns) : undefined;
  const kernel = kernels[model.kernel];
  for (let i = 0; i < rows; i += tileRows) {
    const until = triangle ? i + tileRows : columns;
    fillRows(a.left, i, b.right, until, value, i * columns, columns);
    fillRows(a.linear, i, b.linear, until, product, i * columns, columns);
    for (let row = i; row < i + tileRows; row++) kernel(value, row * columns, row * columns + until, slope);
  }
  return { value, product, ...(slope && { slope }) };
}

/** Products of rows i … i+3 of `a` with the rows of `b` before `until`, written from `start` on. */
export function fillRows(
  a: Matrix,
  i: number,
  b: Matrix,
  until: number,
  out: Float64Array,
  start: number,
  outStride: number,
): void {
  for (let j = 0; j < until; j += 2)
    dotTile(a.values, i, b.values, j, 0, a.columns, a.columns, out, start + j, outStride);
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
