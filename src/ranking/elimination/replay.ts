/** What elimination would have done with runs that were trained to the end. */
import { AssayError } from '../../errors.js';
import type { EliminateSpec, Elimination, EliminationRung } from '../../records.js';
import { mean } from '../../stats/index.js';
import { decideRung, survivors } from './decide.js';
import { rungSteps } from './rungs.js';
import { summarise } from './summarise.js';
import { lossesAt, type Trajectories } from './trajectories.js';

export interface Replay {
  elimination: Elimination;
  /** The recipe with the lowest mean loss at the end. */
  best: string;
  /** Whether elimination would have stopped it, and every recipe that ends as low. */
  bestStopped: boolean;
  /** Loss of the best recipe that is kept, less that of the best: what elimination would have cost. */
  regretNats: number;
}

/**
 * @param trajectories of runs that were trained to the end, which is the last validation
 * @param warmupSteps of the runs; default: min(2000, 10 %)
 * @throws AssayError without a recipe or a validation
 */
export function replayElimination(
  trajectories: Trajectories,
  spec: EliminateSpec,
  warmupSteps?: number,
): Replay {
  const { recipes, steps: validations } = trajectories;
  const steps = validations.at(-1);
  if (steps === undefined || recipes.length === 0) {
    throw new AssayError('replay of elimination', 'nothing to go by', {
      expected: 'recipes whose runs were all validated at the same steps',
      got: `${recipes.length} recipes, ${validations.length} validations in common`,
    });
  }
  const length = { steps, validations, warmupSteps: warmupSteps ?? Math.min(2000, Math.floor(steps / 10)) };
  const decided: EliminationRung[] = [];
  for (const step of rungSteps(length)) {
    const left = survivors(recipes, decided);
    const rung = decideRung({ trajectories, step, recipes: left, decided, length, spec });
    if (rung !== undefined) decided.push(rung);
  }
  const elimination = summarise(spec, recipes, decided);
  const ends = lossesAt(trajectories, steps).map(mean);
  const least = Math.min(...ends);
  const regretNats = Math.min(...elimination.kept.map((recipe) => ends[recipes.indexOf(recipe)]!)) - least;
  return { elimination, best: recipes[ends.indexOf(least)]!, bestStopped: regretNats > 0, regretNats };
}
