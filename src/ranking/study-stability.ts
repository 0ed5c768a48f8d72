/** How early a study's own ranking was what it is in the end, from the validations of its runs. */
import type { Report, Stability } from '../records.js';
import { mean } from '../stats/index.js';
import { rankStability } from './transfer/index.js';

const objective = { name: 'objective', better: 'lower', metrics: { objective: 1 }, sign: 1 } as const;

/**
 * @param trajectories of runs that were trained to their end
 * @returns undefined with fewer than two recipes, or two steps at which all runs were validated; `withTarget` is the
 *   correlation with the study's own final ranking, as `withFinal`
 */
export function studyStability(trajectories: Report['trajectories']): Stability | undefined {
  const runs = trajectories.map(({ recipe, seed, points }) => ({
    recipe,
    model: '',
    seed: String(seed),
    hyperparameters: {},
    measured: {
      objective: {
        steps: Float64Array.from(points, ({ step }) => step),
        values: Float64Array.from(points, ({ lossNats }) => lossNats),
      },
    },
  }));
  const recipes = [...new Set(runs.map(({ recipe }) => recipe))];
  const final = (recipe: string) =>
    mean(trajectories.flatMap((run) => (run.recipe === recipe ? (run.points.at(-1)?.lossNats ?? []) : [])));
  return rankStability(runs, objective, new Map(recipes.map((recipe) => [recipe, final(recipe)])));
}
