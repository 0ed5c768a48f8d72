/** Predictions of a conditioned Gaussian process, in the unit of the targets it was conditioned on. */
import { dotTile } from '../../linear-algebra/dot-tile.js';
import { tileRows } from '../../linear-algebra/factor.js';
import type { Matrix } from '../regressor.js';
import {
  constantVariance,
  covarianceParts,
  fillRows,
  type GpRows,
  gpRows,
  gpVariances,
} from './covariance.js';
import { kernels } from './kernel.js';
import type { Posterior } from './likelihood.js';
import type { GpModel } from './model.js';

/** Rows predicted at a time, so that 100,000 candidates need no more memory than a few. */
const blockRows = 256;

/**
 * [rows] Means of the function; with `variances` given, its variances (without noise) are written there. The mean costs
 * one kernel for each pair of a row and a training row, the variance the square of the training rows.
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
  const meansOf = blockMeans(model, hyper, posterior);
  for (let from = 0; from < rows.rows; from += blockRows) {
    const count = Math.min(blockRows, rows.rows - from);
    const values = rows.values.subarray(from * columns, (from + count) * columns);
    const block = gpRows(model, hyper, { rows: count, columns, values });
    means.set(meansOf(block).subarray(0, count), from);
    variances?.set(functionVariances(model, hyper, block, posterior).subarray(0, count), from);
  }
  return means;
}

/** [padded rows of a block] Means. The linear mean is one product with a vector, whatever the number of training rows. */
function blockMeans(model: GpModel, hyper: Float64Array, { rows, weights }: Posterior) {
  const variances = gpVariances(model, hyper);
  const kernel = kernels[model.kernel];
  const { columns } = rows.linear;
  const trend = new Float64Array(columns);
  rows.linear.values.forEach((x, at) => {
    trend[at % columns]! += variances.linear * weights[Math.floor(at / columns)]! * x;
  });
  const constant = constantVariance * weights.reduce((sum, weight) => sum + weight, 0);
  const signal = weights.map((weight) => variances.signal * weight);
  const size = rows.scaled.rows;
  const values = new Float64Array(tileRows * size);
  return (block: GpRows): Float64Array => {
    const means = new Float64Array(block.scaled.rows);
    for (let i = 0; i < means.length; i += tileRows) {
      fillRows(block.left, i, rows.right, size, values, 0, size);
      kernel(values, 0, values.length);
      let [s0, s1, s2, s3] = [constant, constant, constant, constant];
      for (let j = 0; j < size; j++) {
        const weight = signal[j]!;
        s0 += weight * values[j]!;
        s1 += weight * values[size + j]!;
        s2 += weight * values[2 * size + j]!;
        s3 += weight * values[3 * size + j]!;
      }
      means.set([s0, s1, s2, s3], i);
    }
    block.linear.values.forEach((x, at) => {
      means[Math.floor(at / columns)]! += trend[at % columns]! * x;
    });
    return means;
  };
}

/** [padded rows of a, padded rows of b]; 0 where b is padding. */
function crossCovariance(model: GpModel, hyper: Float64Array, a: GpRows, b: GpRows): Float64Array {
  const { signal, linear } = gpVariances(model, hyper);
  const { value, product } = covarianceParts(model, a, b, { triangle: false, slopes: false });
  const size = b.scaled.rows;
  return value.map((k, at) =>
    at % size < b.rows ? signal * k + linear * product[at]! + constantVariance : 0,
  );
}

/** [padded rows] k(x, x) − k(x)·K⁻¹·k(x). */
function functionVariances(
  model: GpModel,
  hyper: Float64Array,
  block: GpRows,
  { rows, precision }: Posterior,
): Float64Array {
  const cross = crossCovariance(model, hyper, block, rows);
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
