/** Log marginal likelihood of a Gaussian process and its gradient by every hyperparameter. */
import { factorInPlace } from '../../linear-algebra/factor.js';
import { inverseFromFactor, invertFactor } from '../../linear-algebra/inverse.js';
import type { Matrix } from '../regressor.js';
import { covarianceTile, featureScales, fillTile, type GpRows, gpRows, gpVariances } from './covariance.js';
import { inputs } from './inputs.js';
import { kernels } from './kernel.js';
import { type GpModel, gpLayout } from './model.js';

/** What a process is conditioned on. */
export interface GpData {
  rows: Matrix;
  /** [rows] */
  targets: Float64Array;
  /** [rows] Known variance of each target, besides the noise that is fitted. */
  variance?: Float64Array;
}

export interface Posterior {
  rows: GpRows;
  /** [padded rows] K⁻¹·targets. */
  weights: Float64Array;
  /** [padded rows, padded rows] K⁻¹. */
  precision: Float64Array;
  logLikelihood: number;
}

/** Added to the diagonal: what rounding may take from positive definiteness, relative to targets of variance 1. */
const jitter = 1e-8;

/**
 * Rasmussen and Williams, algorithm 2.1 and eq. 5.9. Adds the gradient by the logarithms of the hyperparameters to
 * `gradient` where one is given.
 *
 * @returns undefined where the covariance is not positive definite to working precision
 */
export function posterior(
  model: GpModel,
  hyper: Float64Array,
  data: GpData,
  gradient?: Float64Array,
): Posterior | undefined {
  const n = data.rows.rows;
  const rows = gpRows(model, hyper, data.rows);
  const size = rows.scaled.rows;
  const variances = gpVariances(model, hyper);
  const lower = covariance(model, hyper, rows);
  for (let i = 0; i < n; i++) lower[i * size + i]! += variances.noise + jitter + (data.variance?.[i] ?? 0);
  if (!factorInPlace(lower, size)) return undefined;
  const precision = inverseFromFactor(invertFactor(lower, size), size);
  const weights = new Float64Array(size);
  let logLikelihood = -(n / 2) * Math.log(2 * Math.PI);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) weights[i]! += precision[i * size + j]! * data.targets[j]!;
    logLikelihood -= 0.5 * weights[i]! * data.targets[i]! + Math.log(lower[i * size + i]!);
  }
  const result = { rows, weights, precision, logLikelihood };
  if (gradient !== undefined) addGradient(model, hyper, data, result, gradient);
  return result;
}

/** Lower triangle of the covariance of the rows with each other, row-major, the padding an identity. */
function covariance(model: GpModel, hyper: Float64Array, rows: GpRows): Float64Array {
  const size = rows.scaled.rows;
  const variances = gpVariances(model, hyper);
  const lower = new Float64Array(size * size);
  const tile = covarianceTile();
  for (let i = 0; i < size; i += 4)
    for (let j = 0; j < i + 4; j += 2) {
      fillTile(model, variances, rows, i, rows, j, tile);
      for (let at = 0; at < 8; at++) lower[(i + (at >> 1)) * size + j + (at & 1)] = tile.total[at]!;
    }
  for (let i = rows.rows; i < size; i++) {
    lower.fill(0, i * size, (i + 1) * size);
    lower[i * size + i] = 1;
  }
  return lower;
}

/** dL/dθ = ½ tr(W·dK/dθ) with W = (K⁻¹y)(K⁻¹y)ᵀ − K⁻¹, summed pair by pair. */
function addGradient(
  model: GpModel,
  hyper: Float64Array,
  data: GpData,
  { rows, weights, precision }: Posterior,
  gradient: Float64Array,
): void {
  const layout = gpLayout(model);
  const variances = gpVariances(model, hyper);
  const { slope } = kernels[model.kernel];
  const { values, columns: width } = rows.scaled;
  const size = rows.scaled.rows;
  // [rows, width] Gradient by the scaled features, from d(r²)/d(row i) = 2 (row i − row j).
  const byFeature = new Float64Array(data.rows.rows * width);
  const tile = covarianceTile();
  for (let i = 0; i < rows.rows; i += 4)
    for (let j = 0; j < Math.min(rows.rows, i + 4); j += 2) {
      fillTile(model, variances, rows, i, rows, j, tile);
      for (let at = 0; at < 8; at++) {
        const a = i + (at >> 1);
        const b = j + (at & 1);
        if (b > a || a >= rows.rows) continue;
        // Half the trace, both triangles: pairs count fully, the diagonal by half.
        const w = (weights[a]! * weights[b]! - precision[a * size + b]!) * (a === b ? 0.5 : 1);
        gradient[layout.signal]! += 2 * w * variances.signal * tile.value[at]!;
        gradient[layout.linear]! += 2 * w * variances.linear * tile.product[at]!;
        if (a === b) {
          gradient[layout.noise]! += 2 * w * variances.noise;
          continue;
        }
        const pull = 2 * w * variances.signal * slope(tile.squared[at]!, tile.value[at]!);
        const atA = a * width;
        const atB = b * width;
        for (let k = 0; k < width; k++) {
          const by = pull * (values[atA + k]! - values[atB + k]!);
          byFeature[atA + k]! += by;
          byFeature[atB + k]! -= by;
        }
      }
    }
  const scales = featureScales(model, hyper);
  for (let at = 0; at < byFeature.length; at++) {
    gradient[layout.lengths + (at % width)]! -= byFeature[at]! * values[at]!;
    byFeature[at]! *= scales[at % width]!;
  }
  const upstream = { rows: data.rows.rows, columns: width, values: byFeature };
  const parameters = hyper.subarray(0, layout.transform);
  inputs[model.input].backward(data.rows, model.start, parameters, upstream).forEach((value, at) => {
    gradient[at]! += value;
  });
}
