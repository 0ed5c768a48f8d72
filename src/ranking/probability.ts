/**
 * Probability that each recipe is the best, by draws from the joint distribution of all recipes' losses.
 *
 * A draw moves the recipes together as the documents do (their covariance over documents) and each on its own as seeds
 * do. The seed variance is itself drawn (σ² · degrees / χ²), so that few seeds make the probabilities as modest as the
 * t quantile makes the intervals.
 */
import type { Random } from '../random.js';
import { cholesky, type VarianceComponent } from '../stats/index.js';
import type { Estimate } from './noise.js';

/** One probability a recipe, adding up to 1. */
export function probabilitiesBest(of: Estimate, draws: number, random: Random): number[] {
  const n = of.recipes;
  const covariance = new Float64Array(n * n);
  for (const { weight, noise } of of.documents) {
    for (let k = 0; k < n * n; k++)
      covariance[k]! += weight ** 2 * (noise.covariance[k]! - noise.seedPart[k]!);
  }
  const root = cholesky(covariance, n);
  const wins = new Array<number>(n).fill(0);
  const normals = new Float64Array(n);
  const deviations = new Float64Array(n);
  for (let draw = 0; draw < draws; draw++) {
    const pooled = of.seedNoise ? deviation(of.seedNoise.pooled, of.seeds, random) : 0;
    for (let r = 0; r < n; r++) {
      const own = of.seedNoise?.own[r];
      deviations[r] = own ? deviation(own, of.seeds, random) : pooled;
    }
    for (let r = 0; r < n; r++) normals[r] = random.normal();
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let r = 0; r < n; r++) {
      let loss = of.means[r]! + deviations[r]! * random.normal();
      for (let k = 0; k <= r; k++) loss += root[r * n + k]! * normals[k]!;
      if (loss < least) [best, least] = [r, loss];
    }
    wins[best]!++;
  }
  return wins.map((count) => count / draws);
}

/** A draw of the standard deviation of a mean over seeds. */
function deviation({ variance, degrees }: VarianceComponent, seeds: number, random: Random): number {
  return Math.sqrt((variance * degrees) / chiSquared(degrees, random) / seeds);
}

function chiSquared(degrees: number, random: Random): number {
  let total = 0;
  for (let k = 0; k < degrees; k++) total += random.normal() ** 2;
  return total;
}
