/** The order that a small change of the learning rate turns around (arXiv 2512.24503, Fig. 3). */
import type { FlippedPair, FlippedRate } from '../../records.js';
import { mean, variance } from '../../stats/index.js';
import { finalCosts, type SeedCosts } from './final-costs.js';
import type { Objective } from './objective.js';
import { othersOf, rateOf, type Setting } from './settings.js';

/** Rates further apart than this are not similar. */
const similar = 5;

/**
 * Of two neighbouring rates, one of them the best of its line (the mean over recipes), the pair of recipes that is
 * apart the most at both and in opposite order. It is the largest of many such differences, so it shows what one pair
 * of rates can do and is no estimate of how often that happens.
 *
 * @returns undefined where nothing flips
 */
export function flippedPair(settings: readonly Setting[], objective: Objective): FlippedPair | undefined {
  let most: { by: number; pair: FlippedPair } | undefined;
  for (const line of linesOf(settings)) {
    const costs = line.map((setting) => finalCosts(setting, objective));
    const means = costs.map((recipes) => mean([...recipes.values()].map((final) => final.mean)));
    const best = means.indexOf(Math.min(...means));
    for (const low of [best - 1, best]) {
      const [before, after] = [costs[low], costs[low + 1]];
      if (before === undefined || after === undefined) continue;
      const rates = [rateOf(line[low]!)!, rateOf(line[low + 1]!)!] as const;
      if (rates[1] > similar * rates[0]) continue;
      const recipes = [...before.keys()].filter(
        (recipe) => Number.isFinite(before.get(recipe)!.mean) && Number.isFinite(after.get(recipe)?.mean),
      );
      for (const a of recipes) {
        for (const b of recipes) {
          // a is better before, b after.
          const by = Math.min(
            before.get(b)!.mean - before.get(a)!.mean,
            after.get(a)!.mean - after.get(b)!.mean,
          );
          if (!(by > (most?.by ?? 0))) continue;
          const at = (final: ReadonlyMap<string, SeedCosts>, rate: number) =>
            flippedRate([final.get(a)!, final.get(b)!], rate, objective);
          most = { by, pair: { recipes: [a, b], rates: [at(before, rates[0]), at(after, rates[1])] } };
        }
      }
    }
  }
  return most?.pair;
}

/** Settings that differ in the rate only, by ascending rate. */
function linesOf(settings: readonly Setting[]): Setting[][] {
  const lines = new Map<string, Setting[]>();
  for (const setting of settings) {
    if (rateOf(setting) === undefined) continue;
    const key = othersOf(setting);
    lines.set(key, [...(lines.get(key) ?? []), setting]);
  }
  return [...lines.values()];
}

function flippedRate([a, b]: [SeedCosts, SeedCosts], learningRate: number, { sign }: Objective): FlippedRate {
  const error = ({ costs }: SeedCosts) => Math.sqrt(variance(costs) / costs.length);
  return {
    learningRate,
    values: [sign * a.mean, sign * b.mean],
    ...(a.costs.length > 1 && b.costs.length > 1 ? { errors: [error(a), error(b)] } : {}),
  };
}
