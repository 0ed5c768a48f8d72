/**
 * The validation loss after T steps, expected over the batches of one first layer, without drawing any.
 *
 * The error δ = w − target follows δ' = (I − ηG·Ĉ)δ, where Ĉ is the batch's mean of ψψᵀ. So its mean and its second moment
 * M = E[δδᵀ] follow linear maps, which are raised to the power T by squaring:
 * - E[δ]' = (I − ηGC)·E[δ]
 * - M' = M − ηGCM − ηMCG + η²·G·Q(M)·G, with Q(M) = E[ĈMĈ] = E[(ψᵀMψ)·ψψᵀ]/B + (1 − 1/B)·CMC
 */
import { integrate } from './density.js';
import { basisAt } from './harmonics.js';
import { apply, bilinear, multiply, outer, subtract, transpose } from './matrix.js';
import type { Distribution } from './task.js';

export interface Run {
  learningRate: number;
  steps: number;
  /** Examples a step, B. */
  batch: number;
}

/**
 * @param kernel G of one first layer, see `randomKernel`; n × n
 * @returns infinite or NaN where the expectation overflows
 */
export function expectedLoss(
  kernel: Float64Array,
  dataset: Distribution,
  validation: Distribution,
  run: Run,
): number {
  const start = dataset.target.map((value) => -value);
  const mean = expectedError(kernel, dataset, run);
  const second = outer(start);
  const moment = applyPower(secondMomentMap(kernel, dataset, run), run.steps, second);
  // ½·E[(gap + δ)ᵀ C (gap + δ)], with the gap from the validation target to the dataset's.
  const gap = subtract(dataset.target, validation.target);
  const spread = moment.reduce((sum, value, at) => sum + value * validation.moment[at]!, 0);
  return bilinear(gap, validation.moment, gap) / 2 + bilinear(gap, validation.moment, mean) + spread / 2;
}

/** E[δ] after the run: what full-batch gradient descent leaves, the bias. */
export function expectedError(
  kernel: Float64Array,
  dataset: Distribution,
  { learningRate, steps }: Run,
): Float64Array {
  const n = dataset.target.length;
  const start = dataset.target.map((value) => -value);
  const product = multiply(kernel, dataset.moment, n);
  const step = product.map((value, at) => (at % (n + 1) === 0 ? 1 : 0) - learningRate * value);
  return applyPower(step, steps, start);
}

/** The linear map M ↦ M' on n × n matrices, as an n² × n² matrix: column by column from the unit matrices. */
function secondMomentMap(
  kernel: Float64Array,
  { density, moment }: Distribution,
  { learningRate, batch }: Run,
): Float64Array {
  const n = Math.sqrt(kernel.length);
  const drift = multiply(kernel, moment, n);
  const fourth = fourthMoment(density, n);
  const map = new Float64Array(n ** 4);
  for (let column = 0; column < n * n; column++) {
    const unit = new Float64Array(n * n);
    unit[column] = 1;
    const left = multiply(drift, unit, n);
    const right = multiply(unit, transpose(drift, n), n);
    const between = multiply(moment, multiply(unit, moment, n), n);
    const pulled = between.map((value, at) => (1 - 1 / batch) * value + fourth[at * n * n + column]! / batch);
    const noise = multiply(kernel, multiply(pulled, kernel, n), n);
    for (let row = 0; row < n * n; row++)
      map[row * n * n + column] =
        unit[row]! - learningRate * (left[row]! + right[row]!) + learningRate ** 2 * noise[row]!;
  }
  return map;
}

/** E[ψ_i ψ_j ψ_k ψ_l], n² × n². */
function fourthMoment(density: Distribution['density'], n: number): Float64Array {
  const fourth = new Float64Array(n ** 4);
  const basis = new Float64Array(n);
  integrate(density, (t, weight) => {
    basisAt(t, n, basis);
    const pairs = outer(basis);
    for (let i = 0; i < n * n; i++)
      for (let j = 0; j < n * n; j++) fourth[i * n * n + j]! += weight * pairs[i]! * pairs[j]!;
  });
  return fourth;
}

/** matrix^exponent · x, by squaring the matrix as often as the exponent has bits. */
function applyPower(matrix: Float64Array, exponent: number, x: Float64Array): Float64Array {
  let [result, square] = [x, matrix];
  for (let left = exponent; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = apply(square, result);
    if (left > 1) square = multiply(square, square, x.length);
  }
  return result;
}
