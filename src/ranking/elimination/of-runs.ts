/** Trajectories of the runs of a study. */
import type { EvaluationMetric, RunResult } from '../../records.js';
import type { Trajectories } from './trajectories.js';

/** As much of a run as there is: its validations so far. */
export type ValidatedRun = Pick<RunResult, 'recipe' | 'seed' | 'evaluations'>;

/**
 * Lines runs up by recipe and seed, over the seeds that every recipe has. A run that is less far than others, or has no
 * finite loss, has fewer losses.
 *
 * @param weights of the validation domains in the objective
 */
export function trajectoriesOf(
  runs: readonly ValidatedRun[],
  weights: Readonly<Record<string, number>>,
): Trajectories {
  // By name, so that the order in which a study names its recipes decides nothing.
  const recipes = [...new Set(runs.map(({ recipe }) => recipe))].sort();
  const find = (recipe: string, seed: number) =>
    runs.find((run) => run.recipe === recipe && run.seed === seed);
  const seeds = [...new Set(runs.map(({ seed }) => seed))]
    .filter((seed) => recipes.every((recipe) => find(recipe, seed) !== undefined))
    .sort((a, b) => a - b);
  const steps = [
    ...new Set(
      runs.flatMap(({ evaluations }) => evaluations.map(({ step }) => step).filter((step) => step > 0)),
    ),
  ].sort((a, b) => a - b);
  const lossNats = recipes.map((recipe) =>
    seeds.map((seed) => losses(find(recipe, seed)!.evaluations, steps, weights)),
  );
  return { recipes, steps, lossNats };
}

/** Losses up to the first validation that is missing or not finite. */
function losses(
  evaluations: readonly EvaluationMetric[],
  steps: readonly number[],
  weights: Readonly<Record<string, number>>,
): number[] {
  const byStep = new Map(evaluations.map((each) => [each.step, each]));
  const found: number[] = [];
  for (const step of steps) {
    const loss = objective(byStep.get(step), weights);
    if (!Number.isFinite(loss)) break;
    found.push(loss);
  }
  return found;
}

function objective(
  evaluation: EvaluationMetric | undefined,
  weights: Readonly<Record<string, number>>,
): number {
  let total = 0;
  let all = 0;
  for (const [domain, weight] of Object.entries(weights)) {
    if (weight === 0) continue;
    all += weight;
    total += weight * (evaluation?.domains[domain]?.lossNats ?? Number.NaN);
  }
  return total / all;
}
