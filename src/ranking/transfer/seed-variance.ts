/** How much the ranking by one seed depends on the seed. */

import type { SeedTransfer } from '../../records.js';
import { mean, variance } from '../../stats/index.js';
import type { SeedCosts } from './final-costs.js';
import { correlationOfShared } from './shared-recipes.js';

/**
 * @param proxy final costs by recipe
 * @param target mean costs of the tuned target by recipe
 * @returns undefined where no two seeds share two recipes
 */
export function seedVariance(
  proxy: ReadonlyMap<string, SeedCosts>,
  target: ReadonlyMap<string, number>,
): SeedTransfer | undefined {
  const bySeed = new Map<string, Map<string, number>>();
  for (const [recipe, { seeds, costs }] of proxy) {
    seeds.forEach((seed, i) => {
      const rows = bySeed.get(seed) ?? new Map<string, number>();
      bySeed.set(seed, rows.set(recipe, costs[i]!));
    });
  }
  const pairs = pairsOf([...bySeed.values()]);
  const correlations = pairs
    .map(([a, b]) => correlationOfShared(a, b))
    .filter((value) => !Number.isNaN(value));
  if (correlations.length === 0) return undefined;
  const deviations = pairs.map(([a, b]) => differenceVariance(a, b)).filter((value) => !Number.isNaN(value));
  const finite = [...proxy.values()].flatMap(({ mean }) => (Number.isFinite(mean) ? mean : []));
  return {
    // The difference of two seeds has twice the variance of one.
    seedDeviation: Math.sqrt(mean(deviations) / 2),
    recipeDeviation: Math.sqrt(variance(finite)),
    spearmanBetweenSeeds: mean(correlations),
    spearmanBySeed: Object.fromEntries(
      [...bySeed].map(([seed, costs]) => [seed, correlationOfShared(costs, target)]),
    ),
  };
}

function pairsOf<T>(items: readonly T[]): [T, T][] {
  return items.flatMap((a, i) => items.slice(i + 1).map((b): [T, T] => [a, b]));
}

/** Over recipes, of the difference between two seeds; what differs for all recipes alike drops out. */
function differenceVariance(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  const differences = [...a].flatMap(([recipe, cost]) => {
    const difference = cost - (b.get(recipe) ?? Number.NaN);
    return Number.isFinite(difference) ? difference : [];
  });
  return variance(differences);
}
