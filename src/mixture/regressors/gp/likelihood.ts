/** Log marginal likelihood of a Gaussian process and its gradient by every hyperparameter. */
import { dotTile } from '../../linear-algebra/dot-tile.js';
import { factorInPlace, tileRows } from '../../linear-algebra/factor.js';
import { inverseFromFactor, invertFactor } from '../../linear-algebra/inverse.js';
import type { Matrix } from '../regressor.js';
import {
  type CovarianceParts,
  constantVariance,
  covarianceParts,
  featureScales,
  type GpRows,
  gpRows,
  gpVariances,
} from './covariance.js';
import { inputs } from './inputs.js';
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
  const parts = covarianceParts(model, rows, rows, { triangle: true, slopes: gradient !== undefined });
  const lower = covariance(variances, rows, parts);
  for (let i = 0; i < n; i++) lower[i * size + i]! += variances.noise + jitter + (data.variance?.[i] ?? 0);
  if (!factorInPlace(lower, size)) return undefined;
  const precision = inverseFromFactor(invertFactor(lower, size), size);
  const weights = new Float64Array(size);
  let logLikelihood = -(n / 2) * Math.log(2 * Math.PI);
  for (let i = 0; i < n; i++) {
    let weight = 0;
    for (let j = 0; j < n; j++) weight += precision[i * size + j]! * data.targets[j]!;
    weights[i] = weight;
    logLikelihood -= 0.5 * weights[i]! * data.targets[i]! + Math.log(lower[i * size + i]!);
  }
  const result = { rows, weights, precision, logLikelihood };
  if (gradient !== undefined) addGradient(model, hyper, data, result, parts, gradient);
  return result;
}

/** Lower triangle of the covariance of the rows with each other, row-major, the padding an identity. */
function covariance(
  variances: { signal: number; linear: number },
  rows: GpRows,
  { value, product }: CovarianceParts,
): Float64Array {
  const size = rows.scaled.rows;
  const lower = new Float64Array(size * size);
  for (let i = 0; i < rows.rows; i++)
    for (let at = i * size; at <= i * size + i; at++)
      lower[at] = variances.signal * value[at]! + variances.linear * product[at]! + constantVariance;
  for (let i = rows.rows; i < size; i++) lower[i * size + i] = 1;
  return lower;
}

/** dL/dθ = ½ tr(W·dK/dθ) with W = (K⁻¹y)(K⁻¹y)ᵀ − K⁻¹, summed pair by pair. */
function addGradient(
  model: GpModel,
  hyper: Float64Array,
  data: GpData,
  { rows, weights, precision }: Posterior,
  { value, product, slope }: CovarianceParts,
  gradient: Float64Array,
): void {
  const layout = gpLayout(model);
  const variances = gpVariances(model, hyper);
  const n = data.rows.rows;
  const size = rows.scaled.rows;
  let [signal, linear, noise] = [0, 0, 0];
  // What each pair pulls its distance by, both triangles, in the place of the slopes.
  const pull = slope!;
  for (let a = 0; a < n; a++) {
    const weight = weights[a]!;
    for (let b = 0; b < a; b++) {
      const at = a * size + b;
      const w = 2 * (weight * weights[b]! - precision[at]!);
      signal += w * value[at]!;
      linear += w * product[at]!;
      const pulled = w * variances.signal * pull[at]!;
      pull[at] = pulled;
      pull[b * size + a] = pulled;
    }
    // Half the trace: pairs count fully, the diagonal by half.
    const diagonal = a * size + a;
    const w = weight * weight - precision[diagonal]!;
    signal += w * value[diagonal]!;
    linear += w * product[diagonal]!;
    noise += w;
    pull[diagonal] = 0;
  }
  gradient[layout.signal]! += variances.signal * signal;
  gradient[layout.linear]! += variances.linear * linear;
  gradient[layout.noise]! += variances.noise * noise;
  const byFeature = pulledFeatures(pull, rows);
  const { values, columns: width } = rows.scaled;
  const scales = featureScales(model, hyper);
  for (let at = 0; at < byFeature.length; at++) {
    gradient[layout.lengths + (at % width)]! -= byFeature[at]! * values[at]!;
    byFeature[at]! *= scales[at % width]!;
  }
  const upstream = { rows: n, columns: width, values: byFeature };
  const parameters = hyper.subarray(0, layout.transform);
  inputs[model.input].backward(data.rows, model.start, parameters, upstream).forEach((slopeOf, at) => {
    gradient[at]! += slopeOf;
  });
}

/**
 * [rows, width] Gradient by the scaled features: Σ_b pull(a, b)·(row a − row b), from d(r²)/d(row a) = 2 (row a − row b).
 * As x_a·Σ pull − Σ pull·x_b it is a product of matrices, with a column of ones for the first sum.
 */
function pulledFeatures(pull: Float64Array, { rows, scaled }: GpRows): Float64Array {
  const { rows: size, columns: width, values } = scaled;
  const transposed = new Float64Array((width + 2) * size);
  for (let at = 0; at < values.length; at++)
    transposed[(at % width) * size + Math.floor(at / width)] = values[at]!;
  transposed.fill(1, width * size, (width + 1) * size);
  const products = new Float64Array(size * (width + 2));
  for (let a = 0; a < size; a += tileRows)
    for (let k = 0; k <= width; k += 2)
      dotTile(pull, a, transposed, k, 0, rows, size, products, a * (width + 2) + k, width + 2);
  const out = new Float64Array(rows * width);
  for (let a = 0; a < rows; a++)
    for (let k = 0; k < width; k++) {
      const from = a * (width + 2);
      out[a * width + k] = values[a * width + k]! * products[from + width]! - products[from + k]!;
    }
  return out;
}
