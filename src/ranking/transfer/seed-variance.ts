/** How much the ranking by one seed depends on the seed. */

import type { SeedsNeeded, SeedTransfer } from '../../records.js';
import { mean, variance } from '../../stats/index.js';
import { estimate } from '../noise.js';
import { seedsNeeded } from '../seeds-needed.js';
import type { SeedCosts } from './final-costs.js';
import { correlationOfShared } from './shared-recipes.js';

/**
 * The noise of validation documents is not known here, so that the seeds needed are those for the documents there are.
 *
 * @param proxy final costs by recipe
 * @param target mean costs of the tuned target by recipe
 * @param confidence of the intervals that seeds are needed for
 * @returns undefined where no two seeds share two recipes
 */
export function seedVariance(
  proxy: ReadonlyMap<string, SeedCosts>,
  target: ReadonlyMap<string, number>,
  confidence: number,
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
  const needed = neededWhereEqual([...proxy.values()], confidence);
  const finite = [...proxy.values()].flatMap(({ mean }) => (Number.isFinite(mean) ? mean : []));
  return {
    // The difference of two seeds has twice the variance of one.
    seedDeviation: Math.sqrt(mean(deviations) / 2),
    recipeDeviation: Math.sqrt(variance(finite)),
    spearmanBetweenSeeds: mean(correlations),
    spearmanBySeed: Object.fromEntries(
      [...bySeed].map(([seed, costs]) => [seed, correlationOfShared(costs, target)]),
    ),
    ...(needed && { needed }),
  };
}

/** Recipes that diverged are left out; undefined where the others have unequal seeds, or fewer than two. */
function neededWhereEqual(recipes: readonly SeedCosts[], confidence: number): SeedsNeeded | undefined {
  const finite = recipes.filter(({ mean }) => Number.isFinite(mean));
  const names = finite[0]?.seeds ?? [];
  const equal = finite.every(
    ({ seeds }) => seeds.length === names.length && names.every((s) => seeds.includes(s)),
  );
  if (finite.length < 2 || names.length < 2 || !equal) return undefined;
  const costs = finite.map(({ seeds, costs }) => names.map((seed) => costs[seeds.indexOf(seed)]!));
  return seedsNeeded(estimate(costs, []), confidence);
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
