/** Predictions of a conditioned Gaussian process, in the unit of the targets it was conditioned on. */
import { dotTile } from '../../linear-algebra/dot-tile.js';
import { tileRows } from '../../linear-algebra/factor.js';
import type { Matrix } from '../regressor.js';
import {
  constantVariance,
  covarianceTile,
  fillTile,
  type GpRows,
  gpRows,
  gpVariances,
} from './covariance.js';
import type { Posterior } from './likelihood.js';
import type { GpModel } from './model.js';

/** Rows predicted at a time, so that 100,000 candidates need no more memory than a few. */
const blockRows = 256;

/**
 * [rows] Means of the function; with `variances` given, its variances (without noise) are written there. The mean costs
 * one covariance for each pair of a row and a training row, the variance the square of the training rows.
 */
export function predictGp(
  model: GpModel,
  hyper: Float64Array,
  posterior: Posterior,
  rows: Matrix,
  variances?: Float64Array,
): Float64Array {
  const means = new Float64Array(rows.rows);
  const { columns } = rows;
  for (let from = 0; from < rows.rows; from += blockRows) {
    const count = Math.min(blockRows, rows.rows - from);
    const values = rows.values.subarray(from * columns, (from + count) * columns);
    const block = gpRows(model, hyper, { rows: count, columns, values });
    const cross = crossCovariance(model, hyper, block, posterior.rows);
    const size = posterior.rows.scaled.rows;
    for (let i = 0; i < count; i++) {
      let mean = 0;
      for (let j = 0; j < posterior.rows.rows; j++) mean += cross[i * size + j]! * posterior.weights[j]!;
      means[from + i] = mean;
    }
    if (variances !== undefined)
      variances.set(functionVariances(model, hyper, block, posterior, cross).subarray(0, count), from);
  }
  return means;
}

/** [padded rows of a, padded rows of b]; 0 where b is padding. */
function crossCovariance(model: GpModel, hyper: Float64Array, a: GpRows, b: GpRows): Float64Array {
  const size = b.scaled.rows;
  const cross = new Float64Array(a.scaled.rows * size);
  const variances = gpVariances(model, hyper);
  const tile = covarianceTile();
  for (let j = 0; j < size; j += 2)
    for (let i = 0; i < a.scaled.rows; i += tileRows) {
      fillTile(model, variances, a, i, b, j, tile);
      for (let at = 0; at < 2 * tileRows; at++) {
        const column = j + (at & 1);
        if (column < b.rows) cross[(i + (at >> 1)) * size + column] = tile.total[at]!;
      }
    }
  return cross;
}

/** [padded rows] k(x, x) − k(x)·K⁻¹·k(x). */
function functionVariances(
  model: GpModel,
  hyper: Float64Array,
  block: GpRows,
  { precision }: Posterior,
  cross: Float64Array,
): Float64Array {
  const size = Math.sqrt(precision.length);
  const prior = gpVariances(model, hyper);
  const { values, columns } = block.linear;
  const out = new Float64Array(block.scaled.rows);
  const tile = new Float64Array(2 * tileRows);
  for (let i = 0; i < block.scaled.rows; i += tileRows)
    for (let j = 0; j < size; j += 2) {
      dotTile(cross, i, precision, j, 0, size, size, tile);
      for (let at = 0; at < 2 * tileRows; at++) {
        const row = i + (at >> 1);
        out[row]! -= tile[at]! * cross[row * size + j + (at & 1)]!;
      }
    }
  return out.map((explained, i) => {
    let squares = 0;
    for (let k = 0; k < columns; k++) squares += values[i * columns + k]! ** 2;
    return Math.max(0, prior.signal + prior.linear * squares + constantVariance + explained);
  });
}
