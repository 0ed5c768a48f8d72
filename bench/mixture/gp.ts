/** The Gaussian process: choosing and fitting one for every loss, and searching the candidates by its mean. */
import { gp } from '../../src/mixture/index.js';
import { Random } from '../../src/random.js';
import { type SearchProblem, timed } from './problem.js';

export interface GpTimes {
  fitSeconds: number;
  /** Means of all candidates, as a search needs them. */
  predictSeconds: number;
  /** Both together. */
  totalSeconds: number;
}

export function benchGp({ train, candidates }: SearchProblem): GpTimes {
  const fits = timed(() =>
    train.losses.map((losses) => gp.fit(train.mixtures, losses, { random: Random.fromSeed(0) })),
  );
  const predictions = timed(() => fits.value.map((fit) => fit.predict(candidates)));
  const [fitSeconds, predictSeconds] = [fits.seconds, predictions.seconds];
  return { fitSeconds, predictSeconds, totalSeconds: fitSeconds + predictSeconds };
}
