/** Questions that several parts of a report ask of the ranking. */
import type { Elimination, Interval, PairDifference, RankedRecipe, Report } from '../records.js';

/** A report before it is known what it decides. */
export type Undecided = Omit<Report, 'decision'>;

export interface Difference {
  /** loss(recipe) − loss(reference), nats per token. */
  differenceNats: number;
  interval: Interval;
  tie: boolean;
  pair: PairDifference;
}

/** The difference of `recipe` to `reference`, whichever of the two is better. */
export function difference(
  pairs: PairDifference[],
  recipe: string,
  reference: string,
): Difference | undefined {
  for (const pair of pairs) {
    const { tie, interval, differenceNats } = pair;
    if (pair.worse === recipe && pair.better === reference) return { differenceNats, interval, tie, pair };
    if (pair.better === recipe && pair.worse === reference)
      return {
        differenceNats: 0 - differenceNats,
        interval: { low: 0 - interval.high, high: 0 - interval.low },
        tie,
        pair,
      };
  }
  return undefined;
}

/** The recipe with the lowest loss; undefined if no run finished. */
export function best(report: Undecided): RankedRecipe | undefined {
  return report.ranking.recipes[0];
}

/** Recipes that elimination stopped and that no other command has trained to the end, in its order: best first. */
export function stoppedRecipes({ elimination, runs, ranking }: Undecided): Elimination['stopped'] {
  const stopped = new Set(runs.flatMap(({ recipe, status }) => (status === 'stopped' ? recipe : [])));
  const ranked = new Set(ranking.recipes.map(({ recipe }) => recipe));
  return (elimination?.stopped ?? []).filter(({ recipe }) => stopped.has(recipe) && !ranked.has(recipe));
}

/** The recipes in rank order. */
export function names(report: Undecided): string[] {
  return report.ranking.recipes.map(({ recipe }) => recipe);
}

/** Share of the token budget that a recipe did not need to reach the worst-ranked recipe's final loss. */
export function tokensSaved({ tokensToReachWorst }: RankedRecipe): number | undefined {
  return tokensToReachWorst === undefined ? undefined : Math.max(0, 1 - tokensToReachWorst);
}

export function failedRuns(report: Undecided): Report['runs'] {
  return report.runs.filter(({ status }) => status === 'failed');
}

/** Of ranked recipes, without failed runs. */
export function trainedTrajectories(report: Undecided): Report['trajectories'] {
  const failed = new Set(failedRuns(report).map(({ recipe, seed }) => `${seed}/${recipe}`));
  const ranked = new Set(names(report));
  return report.trajectories.filter(
    ({ recipe, seed }) => ranked.has(recipe) && !failed.has(`${seed}/${recipe}`),
  );
}

/** `95 %`. */
export function confidence(report: Undecided): string {
  return `${Number((100 * report.ranking.confidence).toFixed(1))}\u00a0%`;
}
