/**
 * How much a ranking depends on its seeds, and how many seeds it needs (arXiv 2512.24503, appendix D.2.1).
 *
 * A pair needs as many seeds as make the expected half-width of its interval smaller than its difference. With exactly
 * so many, about half of the studies like this one would settle that pair; over many pairs these chances even out, so
 * that the share of settled pairs comes close to the share asked for.
 */
import type { SeedsNeeded, SeedVariance } from '../records.js';
import { mean, spearman, variance } from '../stats/index.js';
import { contrastNoise, type Estimate, pairContrast } from './noise.js';
import { seedsToSettle } from './settle.js';

/** Share of pairs that a ranking is expected to settle. */
export const settledPairs = 0.8;

/** Of more pairs, as many as this are looked at, spread evenly over the ranking. */
const mostPairs = 2000;

/** @returns undefined for a single seed or recipe */
export function measureSeedVariance(of: Estimate, confidence: number): SeedVariance | undefined {
  if (of.seedNoise === undefined) return undefined;
  return {
    seedDeviation: Math.sqrt(of.seedNoise.pooled.variance),
    recipeDeviation: Math.sqrt(variance(of.means)),
    spearmanBetweenSeeds: spearmanBetweenSeeds(of.lossNats),
    needed: seedsNeeded(of, confidence),
  };
}

/**
 * @param of two recipes and two seeds at least
 * @param share of pairs
 */
export function seedsNeeded(of: Estimate, confidence: number, share = settledPairs): SeedsNeeded {
  const order = of.means.map((_, r) => r).sort((a, b) => of.means[a]! - of.means[b]!);
  const pairs = order.flatMap((better, i) => order.slice(i + 1).map((worse) => [better, worse] as const));
  const every = Math.ceil(pairs.length / mostPairs);
  const needs = pairs
    .filter((_, i) => i % every === 0)
    .map(([better, worse]) => {
      const noise = contrastNoise(of, pairContrast(of, better, worse));
      return seedsToSettle(of, of.means[worse]! - of.means[better]!, noise, confidence) ?? Infinity;
    });
  const [topPair] = needs as [number];
  const seeds = needs.toSorted((a, b) => a - b)[Math.ceil(share * needs.length) - 1]!;
  return {
    ...(Number.isFinite(topPair) ? { topPair } : {}),
    pairs: { share, ...(Number.isFinite(seeds) ? { seeds } : {}) },
  };
}

/** Mean over pairs of seeds; @param lossNats [recipe][seed] */
function spearmanBetweenSeeds(lossNats: readonly (readonly number[])[]): number {
  const rankings = lossNats[0]!.map((_, s) => lossNats.map((row) => row[s]!));
  return mean(rankings.flatMap((a, s) => rankings.slice(s + 1).map((b) => spearman(a, b))));
}
