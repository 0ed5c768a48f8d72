/** Trajectories of runs from elsewhere, or of one setting among several. */

import { costAt, objectivesOf } from '../transfer/objective.js';
import type { Metric, TrainedRun } from '../transfer/runs.js';
import type { Trajectories } from './trajectories.js';

/**
 * Lines the runs of one model and setting up by recipe and seed, at the steps at which all of them were measured, by the
 * first objective of transfer analysis: the aggregated loss, where there are losses. A recipe with a run that diverged, or
 * without one of the seeds that the first recipe has, is left out.
 */
export function trajectoriesOfTrained(runs: readonly TrainedRun[], metrics: readonly Metric[]): Trajectories {
  const [objective] = objectivesOf(metrics);
  if (objective === undefined || runs.length === 0) return { recipes: [], steps: [], lossNats: [] };
  const costs = runs.map((run) => {
    const measured = run.measured[Object.keys(objective.metrics)[0]!]?.steps ?? [];
    return new Map(Array.from(measured, (step) => [step, costAt(run, objective, step)]));
  });
  const steps = [...costs[0]!.keys()]
    .filter((step) => step > 0 && costs.every((of) => of.get(step) !== undefined))
    .sort((a, b) => a - b);
  const seeds = runs.flatMap(({ recipe, seed }) => (recipe === runs[0]!.recipe ? seed : []));
  const rows = [...new Set(runs.map(({ recipe }) => recipe))].sort().flatMap((recipe) => {
    const losses = seeds.map((seed) => {
      const at = runs.findIndex((run) => run.recipe === recipe && run.seed === seed);
      return steps.map((step) => (at < 0 ? Number.NaN : costs[at]!.get(step)!));
    });
    return losses.flat().every(Number.isFinite) ? [{ recipe, losses }] : [];
  });
  return {
    recipes: rows.map(({ recipe }) => recipe),
    steps,
    lossNats: rows.map(({ losses }) => losses),
  };
}
