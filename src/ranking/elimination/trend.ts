/**
 * Where recipes are heading: how their losses, less the mean of all, change with the logarithm of the step.
 *
 * Loss curves are close to power laws, so a recipe that catches up does so steadily over a long stretch of log time.
 */
import { mean, variance } from '../../stats/index.js';
import { measureSeedNoise } from '../seed-noise.js';
import { trendWindow } from './constants.js';
import { centred } from './spread.js';
import type { Trajectories } from './trajectories.js';

/**
 * Change of each recipe's loss, less the mean of all recipes, while training gets e times longer, in nats per token: a
 * straight line through the validations of the window, shrunk by the share of its spread that is not noise of the seeds.
 * Zeros where the window holds a single validation.
 *
 * @param of up to the rung
 * @param warmupSteps validations inside warm-up do not count
 */
export function trends(of: Trajectories, warmupSteps: number): number[] {
  const last = of.steps.at(-1)!;
  const places = of.steps.flatMap((step, at) =>
    step >= warmupSteps && step >= trendWindow * last - 1e-9 ? at : [],
  );
  if (places.length < 2 || of.recipes.length < 2) return of.recipes.map(() => 0);
  const times = centred(places.map((at) => Math.log(of.steps[at]!)));
  const squares = times.reduce((sum, time) => sum + time * time, 0);
  const slopes = of.lossNats.map((seeds) =>
    seeds.map((losses) => places.reduce((sum, at, k) => sum + times[k]! * losses[at]!, 0) / squares),
  );
  const means = centred(slopes.map(mean));
  const noise = measureSeedNoise(slopes);
  const observed = variance(means);
  if (noise === undefined || observed === 0) return means;
  const reliability = 1 - noise.pooled.variance / slopes[0]!.length / observed;
  return means.map((slope) => (reliability > 0 ? reliability * slope : 0));
}
