/** Where in training recipes may be stopped. */
import { rungShares } from './constants.js';

/** What of a run's length decides where its rungs are. */
export interface RunLength {
  /** Optimizer steps of a run. */
  steps: number;
  /** Steps after which there is a validation, ascending. */
  validations: readonly number[];
  /** A ranking inside warm-up says little (arXiv 2512.24503, D.2.5). */
  warmupSteps: number;
}

/** How much before its share of the training a rung may lie: validations seldom fall on a round share. */
const tolerance = 0.01;

/** Steps of the rungs, ascending: the first validation after each share of the training and after warm-up; a run's end is none. */
export function rungSteps({ steps, validations, warmupSteps }: RunLength): number[] {
  const rungs = rungShares.flatMap((share) => {
    const least = (share - tolerance) * steps;
    const rung = validations.find((step) => step > warmupSteps && step >= least);
    return rung !== undefined && rung < steps ? rung : [];
  });
  return [...new Set(rungs)];
}
