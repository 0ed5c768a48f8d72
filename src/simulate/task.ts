/** Random ranking problems: one validation distribution, and training distributions that the theorem calls well-behaved. */
import { AssayError } from '../errors.js';
import type { Random } from '../random.js';
import { cholesky } from '../stats/index.js';
import { type Density, secondMoment } from './density.js';
import { type Activation, basisSize } from './harmonics.js';
import { infiniteWidthKernel, operatorSpectrum } from './kernel.js';
import { apply, bilinear, subtract } from './matrix.js';

/** Inputs and noiseless labels y = <target, ψ(x)>. */
export interface Distribution {
  density: Density;
  target: Float64Array;
  /** E[ψψᵀ] under the density. */
  moment: Float64Array;
}

export interface Task {
  validation: Distribution;
  datasets: Distribution[];
}

/** How far a dataset may be from the validation distribution; chosen by us, the theorem asks for none of it. */
const largestTilt = 0.6;
const noise = 0.25;
/** Best achievable losses, as shares of the untrained loss: alike, as candidates for one model are. */
const [bestShare, worstShare] = [0.25, 0.35];
const mostAttempts = 10_000;

/**
 * A validation distribution and `datasets` training distributions. The target of a dataset is the validation target with
 * every coefficient shrunk by a factor of its own and some noise, its inputs have a density of their own: so datasets teach
 * some frequencies well and others badly, and what is learned first does not say what is learned in the end. Datasets far
 * better or worse than the others are left out: any training tells those apart.
 *
 * A candidate that is not compatible with validation (assumption 4) is drawn again: see `isCompatible`.
 * @throws AssayError when no compatible candidate turns up
 */
export function drawTask(activation: Activation, datasets: number, random: Random): Task {
  const n = basisSize(activation);
  const density = (): Density => ({
    tilt: largestTilt * random.uniform(),
    direction: 2 * Math.PI * random.uniform(),
  });
  const distribution = (target: Float64Array): Distribution => {
    const inputs = density();
    return { density: inputs, target, moment: secondMoment(inputs, n) };
  };
  const target = Float64Array.from({ length: n }, () => random.normal());
  const validation = distribution(target);
  const untrained = validationLoss(validation, new Float64Array(n));
  const compatible = () => {
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      const candidate = distribution(
        target.map((value) => value * random.uniform() + noise * random.normal()),
      );
      const share = bestAchievableLoss(candidate, validation) / untrained;
      if (share < bestShare || share > worstShare) continue;
      if (isCompatible(activation, candidate, validation)) return candidate;
    }
    throw new AssayError('random features', 'no dataset compatible with validation was found', {
      expected: `one in ${mostAttempts} draws`,
      fix: 'Use another seed.',
    });
  };
  return { validation, datasets: Array.from({ length: datasets }, compatible) };
}

/** L_val of the function <w, ψ>: half the mean squared difference to the validation target. */
export function validationLoss(validation: Distribution, w: Float64Array): number {
  const difference = subtract(w, validation.target);
  return bilinear(difference, validation.moment, difference) / 2;
}

/** L_val(f*_D): what a dataset reaches at best, in the limit of width and training, Eq. (15). */
export function bestAchievableLoss(dataset: Distribution, validation: Distribution): number {
  return validationLoss(validation, dataset.target);
}

/**
 * Assumption 4: stopping early (or tuning the rate) must not beat fitting the dataset, in the limit of width and training.
 * There the network follows w(τ) = (I − e^(−τGC))·target with τ = ηT, whose validation loss is looked at on a grid of τ.
 */
export function isCompatible(
  activation: Activation,
  dataset: Distribution,
  validation: Distribution,
): boolean {
  const n = basisSize(activation);
  const kernel = infiniteWidthKernel(activation);
  const { values, vectors } = operatorSpectrum(kernel, dataset.moment, n);
  const root = cholesky(kernel, n);
  // G is diagonal, and so is its root; the target in the eigenbasis is Vᵀ·L⁻¹·target.
  const whitened = dataset.target.map((value, j) => value / root[j * n + j]!);
  const amplitudes = values.map((_, k) => whitened.reduce((sum, x, j) => sum + x * vectors[j * n + k]!, 0));
  const best = bestAchievableLoss(dataset, validation);
  for (let step = 0; step <= 240; step++) {
    const time = 10 ** (-2 + step / 40) / values[n - 1]!;
    const learned = amplitudes.map((amplitude, k) => -Math.expm1(-time * values[k]!) * amplitude);
    if (validationLoss(validation, apply(root, apply(vectors, learned))) < best * (1 - 1e-9)) return false;
  }
  return true;
}
