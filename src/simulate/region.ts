/**
 * The region of Theorem 2, c0/T ≤ η ≤ min(αBm, η_max) for m ≥ m0 and T ≥ T0, computed before anything is trained.
 *
 * The theorem says only that such constants exist. `proofRegion` takes them from the proof as they stand there, in terms
 * of R = sup|σ|. `kernelRegion` follows the same steps and puts the kernel's eigenvalues where the proof has powers of R.
 */
import { largestRatio } from './density.js';
import { type Activation, basisPower, basisSize, evaluate, frequency } from './harmonics.js';
import { infiniteWidthKernel, operatorSpectrum } from './kernel.js';
import { bilinear } from './matrix.js';
import { bestAchievableLoss, type Distribution, type Task } from './task.js';

export interface Region {
  /** c0: the learning rate times the steps must reach it. */
  c0: number;
  /** η_max. */
  largestRate: number;
  /** α: the learning rate times 1/(Bm) may not exceed it; null where training leaves no noise that it would limit. */
  alpha: number | null;
  /** m0. */
  leastWidth: number;
  /** T0 = c0 / η_max: with fewer steps the region is empty. */
  leastSteps: number;
}

/** The probability, over the first layer, with which the kernel of width m0 may be far from its limit; ours to choose. */
export const failureProbability = 1e-6;

/** Lemma 3 for one dataset: how close to its best loss training must come. */
type LemmaRegion = (
  activation: Activation,
  dataset: Distribution,
  excess: number,
) => Omit<Region, 'leastSteps'>;

/**
 * Where both datasets come within a third of their difference of their best loss, so that the sign cannot be wrong. Of the
 * two datasets' constants the stricter one holds (the proof writes the smaller c0, where the larger is needed).
 */
export function pairRegion(
  lemma: LemmaRegion,
  activation: Activation,
  task: Task,
  a: Distribution,
  b: Distribution,
): Region {
  const gap = Math.abs(bestAchievableLoss(a, task.validation) - bestAchievableLoss(b, task.validation));
  return strictest(
    [a, b].map((dataset) => {
      const region = lemma(activation, dataset, allowedExcess(dataset, task.validation, gap / 3));
      return { ...region, leastSteps: region.c0 / region.largestRate };
    }),
  );
}

/** The region that lies in all of them. */
export function strictest(regions: readonly Region[]): Region {
  const c0 = Math.max(...regions.map((region) => region.c0));
  const largestRate = Math.min(...regions.map((region) => region.largestRate));
  const leastWidth = Math.max(...regions.map((region) => region.leastWidth));
  const alphas = regions.map(({ alpha }) => alpha).filter((alpha) => alpha !== null);
  const alpha = alphas.length === 0 ? null : Math.min(...alphas);
  return { c0, largestRate, alpha, leastWidth, leastSteps: c0 / largestRate };
}

/** @param at where in the theorem's terms: m, T, η and B */
export function isInside(
  { c0, largestRate, alpha, leastWidth }: Region,
  at: { width: number; steps: number; learningRate: number; batch: number },
): boolean {
  const limit = Math.min(largestRate, alpha === null ? Infinity : alpha * at.batch * at.width);
  return at.width >= leastWidth && at.learningRate * at.steps >= c0 && at.learningRate <= limit;
}

/** Eq. (57) solved for δ: the training loss at which β·δ + 2·√(β·L_val(f*)·δ) is the allowed distance. */
export function allowedExcess(dataset: Distribution, validation: Distribution, distance: number): number {
  const beta = largestRatio(validation.density, dataset.density);
  const best = bestAchievableLoss(dataset, validation);
  return (Math.sqrt(best + distance) - Math.sqrt(best)) ** 2 / beta;
}

/**
 * Our constants. With probability 1 − `failureProbability` the kernel of width ≥ m0 lies between half and twice its limit
 * (matrix Chernoff bound, Tropp 2012, Theorem 1.1, with sup_u s(u)ᵀG⁻¹s(u) = n on the circle). Then, for η ≤ 1/(2κ) with
 * κ = sup_x K(x, x), a step takes E|δ|² to at most (1 − ηλ0)·E|δ|², λ0 being half the smallest eigenvalue of the operator:
 * E[A_t²] ⪯ 2κH replaces the proof's R⁴. From |δ_0|² ≤ 2·|f*|²_K and L_D ≤ λ_max·|δ|² follows
 * L_D ≤ 2·λ_max·|f*|²_K·e^(−ηλ0T), at most δ for ηT ≥ c0. Features of full rank fit f* exactly, so the proof's terms of
 * approximation and of label noise are 0, and with them the limit αBm.
 */
export const kernelRegion: LemmaRegion = (activation, dataset, excess) => {
  const n = basisSize(activation);
  const kernel = infiniteWidthKernel(activation);
  const { values } = operatorSpectrum(kernel, dataset.moment, n);
  const inverse = kernel.map((value) => (value === 0 ? 0 : 1 / value));
  const squaredNorm = bilinear(dataset.target, inverse, dataset.target);
  // (1 − ε)·ln(1 − ε) + ε at ε = ½; the same bound upwards, at ε = 1, is smaller.
  const chernoff = 0.5 + 0.5 * Math.log(0.5);
  return {
    c0: Math.log((2 * values[n - 1]! * squaredNorm) / excess) / (values[0]! / 2),
    largestRate: 1 / (2 * kernelDiagonal(activation)),
    alpha: null,
    leastWidth: Math.ceil((n * Math.log((2 * n) / failureProbability)) / chernoff),
  };
};

/** κ = K(x, x), the same for every x on the circle, and so the sum of the operator's eigenvalues. */
function kernelDiagonal(activation: Activation): number {
  return activation.reduce((sum, s, k) => sum + (k === 0 ? s ** 2 : s ** 2 / 2), 0);
}

/**
 * The proof's constants (Lemmas 6, 7, 9, 11 and Eq. (54)), each term given a quarter of δ: R = sup|σ|, λ0 = λ_min/2,
 * η_max = λ0/R⁴, C4 = R²(Rρ/λ0)², C1 = sup|σ|·sup|ν|, m0 = 4C1²/δ. C2, C3 and C6 have no value in the proof and are left
 * out. α = δ/(4·C1²·C5) with C5 = R⁴/λ0 makes αBm ≥ B·η_max for m ≥ m0: that limit never binds.
 */
export const proofRegion: LemmaRegion = (activation, dataset, excess) => {
  const n = basisSize(activation);
  const { values } = operatorSpectrum(infiniteWidthKernel(activation), dataset.moment, n);
  const lambda0 = values[0]! / 2;
  const radius = activation.reduce((sum, s) => sum + Math.abs(s), 0);
  const rho = Math.sqrt(bilinear(dataset.target, dataset.moment, dataset.target));
  const c4 = radius ** 2 * ((radius * rho) / lambda0) ** 2;
  const c1 = radius * largestTeacher(activation, dataset.target);
  return {
    c0: Math.log((4 * c4) / excess) / lambda0,
    largestRate: lambda0 / radius ** 4,
    alpha: (excess * lambda0) / (4 * c1 ** 2 * radius ** 4),
    leastWidth: Math.ceil((4 * c1 ** 2) / excess),
  };
};

/** sup|ν| of the function ν of the first layer that makes the target, on a grid of a thousandth of the circle. */
function largestTeacher(activation: Activation, target: Float64Array): number {
  const nu = target.map((value, j) => value / (activation[frequency(j)]! * basisPower(j)));
  return Math.max(
    ...Array.from({ length: 1000 }, (_, i) => Math.abs(evaluate(nu, (2 * Math.PI * i) / 1000))),
  );
}
