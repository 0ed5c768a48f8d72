/** How early in training a ranking is what it is in the end, and what it says of the tuned target by then. */

import type { Stability } from '../../records.js';
import { mean, spearman } from '../../stats/index.js';
import { costAt, type Objective } from './objective.js';
import type { TrainedRun } from './runs.js';

/** A ranking that agrees this well with the final one is taken to be settled (arXiv 2512.24503, appendix D.2.5). */
const threshold = 0.95;
/** More points would not be told apart on a chart. */
const mostPoints = 60;

/**
 * @param runs finished runs of one setting
 * @param target mean costs of the tuned target by recipe
 * @returns undefined with fewer than two recipes, or two steps that all runs share
 */
export function rankStability(
  runs: readonly TrainedRun[],
  objective: Objective,
  target: ReadonlyMap<string, number>,
): Stability | undefined {
  const steps = spacedOut(commonSteps(runs, objective), mostPoints);
  const recipes = [...new Set(runs.map(({ recipe }) => recipe))].filter((recipe) => target.has(recipe));
  if (recipes.length < 2 || steps.length < 2) return undefined;
  const last = steps.at(-1)!;
  const byRecipe = recipes.map((recipe) => runs.filter((run) => run.recipe === recipe));
  const at = (step: number) => byRecipe.map((same) => mean(same.map((run) => costAt(run, objective, step)!)));
  const final = at(last);
  const tuned = recipes.map((recipe) => target.get(recipe)!);
  const points = steps.map((step) => {
    const costs = at(step);
    return {
      step,
      share: step / last,
      withFinal: spearman(costs, final),
      withTarget: spearman(costs, tuned),
    };
  });
  const unsettled = points.findLastIndex(({ withFinal }) => !(withFinal >= threshold));
  return { points, settledShare: points[unsettled + 1]?.share ?? 1, threshold };
}

/** Ascending steps at which every run was measured by all of the objective. */
function commonSteps(runs: readonly TrainedRun[], objective: Objective): number[] {
  const metrics = Object.keys(objective.metrics);
  const measured = runs.flatMap((run) => metrics.map((metric) => run.measured[metric]!.steps));
  const seen = new Map<number, number>();
  for (const steps of measured) for (const step of steps) seen.set(step, (seen.get(step) ?? 0) + 1);
  return [...seen].flatMap(([step, times]) => (times === measured.length ? step : [])).sort((a, b) => a - b);
}

/** At most `most` of them, the first and last among them. */
function spacedOut(steps: number[], most: number): number[] {
  if (steps.length <= most) return steps;
  return Array.from({ length: most }, (_, i) => steps[Math.round((i * (steps.length - 1)) / (most - 1))]!);
}
