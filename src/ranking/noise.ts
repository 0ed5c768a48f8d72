/**
 * How far the difference of recipes can be off, and why.
 *
 * A contrast is a weighted sum of recipe losses whose weights add up to 0, such as loss(A) − loss(B). Its estimate is off
 * for two reasons, and the variances add up:
 *
 * - seeds: another seed would give other losses; see `seed-noise.ts`. A contrast c of means over S seeds has variance
 *   Σ c²σ²/S. With one seed only the documents' part can be estimated, and intervals hold for this seed only.
 * - documents: another sample of validation documents would give other losses (jackknife, see `domain-losses.ts`). With
 *   two seeds or more, the reaction of single documents to single seeds is subtracted, as the first part holds it.
 *
 * The half-width is a t quantile times the standard error; as the seeds' part may have a single degree of freedom, the
 * quantiles of the parts are averaged by their variances (`cochranCox`).
 */
import { cochranCox, mean, satterthwaite, type VarianceComponent } from '../stats/index.js';
import type { DocumentNoise } from './domain-losses.js';
import { measureSeedNoise, type SeedNoise, seedVariances } from './seed-noise.js';

/** What is known about the losses of `recipes` under one objective. */
export interface Estimate {
  recipes: number;
  seeds: number;
  /** [recipe][seed] nats per token. */
  lossNats: number[][];
  /** Mean over seeds. */
  means: number[];
  /** Undefined for one seed or one recipe. */
  seedNoise?: SeedNoise;
  /** One a domain, with the domain's weight in the objective. */
  documents: { weight: number; noise: DocumentNoise }[];
}

export function estimate(lossNats: number[][], documents: Estimate['documents']): Estimate {
  const seedNoise = measureSeedNoise(lossNats);
  return {
    recipes: lossNats.length,
    seeds: lossNats[0]?.length ?? 0,
    lossNats,
    means: lossNats.map(mean),
    documents,
    ...(seedNoise ? { seedNoise } : {}),
  };
}

/** The contrast loss(worse) − loss(better). */
export function pairContrast(
  { recipes }: Pick<Estimate, 'recipes'>,
  better: number,
  worse: number,
): number[] {
  const contrast = new Array<number>(recipes).fill(0);
  contrast[worse] = 1;
  contrast[better] = -1;
  return contrast;
}

/** The parts of a contrast's variance: seeds (of a mean over the seeds at hand), documents (one a domain). */
export interface ContrastNoise {
  /** Empty for one seed. */
  seeds: VarianceComponent[];
  documents: VarianceComponent[];
}

/** @param contrast one weight a recipe, adding up to 0 */
export function contrastNoise(of: Estimate, contrast: readonly number[]): ContrastNoise {
  const documents = of.documents.map(({ weight, noise }) => ({
    variance:
      weight ** 2 * Math.max(0, quadratic(noise.covariance, contrast) - quadratic(noise.seedPart, contrast)),
    degrees: noise.degrees,
  }));
  return { seeds: of.seedNoise ? seedVariances(of.seedNoise, of.lossNats, contrast) : [], documents };
}

/** Half the width of the interval around a contrast. */
export function halfWidth(noise: ContrastNoise, confidence: number): number {
  return cochranCox([...noise.seeds, satterthwaite(noise.documents)], confidence);
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
