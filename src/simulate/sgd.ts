/** One-pass mini-batch SGD on the second layer, Eq. (7), from θ = 0, for many learning rates on one stream of data. */
import type { Random } from '../random.js';
import { cholesky } from '../stats/index.js';
import { sampleAngle } from './density.js';
import { basisAt } from './harmonics.js';
import { apply, transpose } from './matrix.js';
import { type Distribution, validationLoss } from './task.js';

export interface Training {
  learningRates: readonly number[];
  /** Ascending numbers of steps after which the loss is taken; the last ends the run. */
  checkpoints: readonly number[];
  /** Examples a step, B. */
  batch: number;
}

/**
 * θ only ever moves in the span of the features of the inputs, which has at most n dimensions whatever the width. So the
 * run is done in an orthonormal basis of that span, where the features are Lᵀψ(x) with G = LLᵀ: the same trajectory as
 * SGD on all m weights, at a cost that does not grow with m.
 *
 * @param kernel G of this first layer, see `randomKernel`
 * @returns validation losses, learning rates × checkpoints; infinite or NaN where training diverged
 */
export function trainBySgd(
  kernel: Float64Array,
  dataset: Distribution,
  validation: Distribution,
  { learningRates, checkpoints, batch }: Training,
  random: Random,
): Float64Array {
  const n = dataset.target.length;
  const root = cholesky(kernel, n);
  const toFeatures = transpose(root, n);
  // One row a learning rate: the moving part of θ.
  const weights = new Float64Array(learningRates.length * n);
  const basis = new Float64Array(n);
  const features = new Float64Array(batch * n);
  const labels = new Float64Array(batch);
  const errors = new Float64Array(batch);
  const diverged = new Uint8Array(learningRates.length);
  const losses = new Float64Array(learningRates.length * checkpoints.length);
  for (let step = 1, next = 0; next < checkpoints.length; step++) {
    for (let b = 0; b < batch; b++) {
      basisAt(sampleAngle(dataset.density, random), n, basis);
      labels[b] = dot(dataset.target, 0, basis, 0, n);
      for (let i = 0; i < n; i++) features[b * n + i] = dot(toFeatures, i * n, basis, 0, n);
    }
    for (let rate = 0; rate < learningRates.length; rate++) {
      if (diverged[rate] === 1) continue;
      for (let b = 0; b < batch; b++) errors[b] = dot(weights, rate * n, features, b * n, n) - labels[b]!;
      const scale = learningRates[rate]! / batch;
      for (let b = 0; b < batch; b++) {
        const pull = scale * errors[b]!;
        for (let i = 0; i < n; i++) weights[rate * n + i]! -= pull * features[b * n + i]!;
      }
    }
    if (step === checkpoints[next]) {
      for (let rate = 0; rate < learningRates.length; rate++) {
        const w = apply(root, weights.slice(rate * n, (rate + 1) * n));
        const loss = validationLoss(validation, w);
        losses[rate * checkpoints.length + next] = loss;
        // What is not finite stays so, and need not be trained on.
        if (!Number.isFinite(loss)) diverged[rate] = 1;
      }
      next++;
    }
  }
  return losses;
}

function dot(x: Float64Array, atX: number, y: Float64Array, atY: number, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += x[atX + i]! * y[atY + i]!;
  return sum;
}
