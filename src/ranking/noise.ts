/**
 * How far the difference of recipes can be off, and why.
 *
 * A contrast is a weighted sum of recipe losses whose weights add up to 0, such as loss(A) − loss(B). Its estimate is off
 * for two reasons, and the variances add up:
 *
 * - seeds: initial weights and order of the data. Runs of one seed share both, so the mean of a seed over recipes is
 *   taken out; what is left spreads with σ² per run, and a contrast c of means over S seeds has variance σ²·Σc²/S. σ² is
 *   pooled over recipes, (R − 1)(S − 1) degrees of freedom, which takes recipes to be about equally noisy.
 * - documents: another sample of validation documents would give other losses (jackknife, see `domain-losses.ts`). With
 *   two seeds or more, the reaction of single documents to single seeds is subtracted, as the first part holds it.
 *
 * The half-width is a t quantile times the standard error; as the seeds' part may have a single degree of freedom, the
 * quantiles of both parts are averaged by their variances (`cochranCox`).
 *
 * Where pooling is contradicted, it is not used: if a contrast's own spread over seeds exceeds the rest (F test at 5 %),
 * the contrast gets its own variance with S − 1 degrees of freedom. With one seed only the documents' part can be
 * estimated, and intervals hold for these seeds only.
 */
import {
  cochranCox,
  fisherFTail,
  mean,
  satterthwaite,
  type VarianceComponent,
  variance,
} from '../stats/index.js';
import type { DocumentNoise } from './domain-losses.js';

/** What is known about the losses of `recipes` under one objective. */
export interface Estimate {
  recipes: number;
  seeds: number;
  /** [recipe][seed] nats per token. */
  lossNats: number[][];
  /** Mean over seeds. */
  means: number[];
  /** Pooled σ² of a run, (R − 1)(S − 1) degrees of freedom; undefined for one seed or one recipe. */
  seedNoise?: VarianceComponent;
  /** One a domain, with the domain's weight in the objective. */
  documents: { weight: number; noise: DocumentNoise }[];
}

/** Below this p-value the pooled seed noise is not believed for a contrast. */
const contradiction = 0.05;

export function estimate(lossNats: number[][], documents: Estimate['documents']): Estimate {
  const recipes = lossNats.length;
  const seeds = lossNats[0]?.length ?? 0;
  const result: Estimate = { recipes, seeds, lossNats, means: lossNats.map(mean), documents };
  if (seeds < 2 || recipes < 2) return result;
  const grand = mean(result.means);
  let squares = 0;
  for (let s = 0; s < seeds; s++) {
    const seedMean = mean(lossNats.map((row) => row[s]!));
    for (let r = 0; r < recipes; r++) {
      squares += (lossNats[r]![s]! - result.means[r]! - seedMean + grand) ** 2;
    }
  }
  const degrees = (recipes - 1) * (seeds - 1);
  return { ...result, seedNoise: { variance: squares / degrees, degrees } };
}

/** The parts of a contrast's variance: seeds (for a mean over the seeds at hand), then one a domain. */
export interface ContrastNoise {
  seeds?: VarianceComponent;
  documents: VarianceComponent[];
}

/** @param contrast one weight a recipe, adding up to 0 */
export function contrastNoise(of: Estimate, contrast: readonly number[]): ContrastNoise {
  const documents = of.documents.map(({ weight, noise }) => ({
    variance:
      weight ** 2 * Math.max(0, quadratic(noise.covariance, contrast) - quadratic(noise.seedPart, contrast)),
    degrees: noise.degrees,
  }));
  return of.seedNoise ? { seeds: seedVariance(of, of.seedNoise, contrast), documents } : { documents };
}

/** Half the width of the interval around a contrast. */
export function halfWidth(noise: ContrastNoise, confidence: number): number {
  const documents = satterthwaite(noise.documents);
  return cochranCox(noise.seeds ? [noise.seeds, documents] : [documents], confidence);
}

function seedVariance(
  of: Estimate,
  pooled: VarianceComponent,
  contrast: readonly number[],
): VarianceComponent {
  const norm = contrast.reduce((total, c) => total + c * c, 0);
  if (norm === 0) return { variance: 0, degrees: pooled.degrees };
  const own = {
    variance: variance(of.lossNats[0]!.map((_, s) => dot(contrast, of.lossNats, s))) / norm,
    degrees: of.seeds - 1,
  };
  const restDegrees = pooled.degrees - own.degrees;
  const rest = (pooled.variance * pooled.degrees - own.variance * own.degrees) / restDegrees;
  const contradicted =
    restDegrees > 0 &&
    fisherFTail(own.variance / Math.max(0, rest), own.degrees, restDegrees) < contradiction;
  const { variance: perRun, degrees } = contradicted ? own : pooled;
  return { variance: (perRun * norm) / of.seeds, degrees };
}

function dot(contrast: readonly number[], lossNats: number[][], seed: number): number {
  let total = 0;
  for (let r = 0; r < contrast.length; r++) total += contrast[r]! * lossNats[r]![seed]!;
  return total;
}

/** cᵀ M c; most contrasts are pairs, so zeros are skipped. */
function quadratic(matrix: Float64Array, contrast: readonly number[]): number {
  const n = contrast.length;
  let total = 0;
  for (let a = 0; a < n; a++) {
    if (contrast[a] === 0) continue;
    for (let b = 0; b < n; b++) {
      if (contrast[b] !== 0) total += contrast[a]! * contrast[b]! * matrix[a * n + b]!;
    }
  }
  return total;
}
