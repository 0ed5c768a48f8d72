/**
 * How much a ranking may still change: the variance with which recipes drift from where their trends lead.
 *
 * Before anything is known it is a frozen share of the spread of recipes at the first rung. From the second rung on, what
 * the recipes did between rungs is seen: their distance from the forecast of the rung before, less the noise of seeds.
 * Both are variances per unit of log time and are averaged by their degrees of freedom.
 */
import { mean, type VarianceComponent } from '../../stats/index.js';
import { measureSeedNoise } from '../seed-noise.js';
import { priorDegrees, priorDrift } from './constants.js';
import { centred, robustSpread } from './spread.js';
import { lossesAt, type Trajectories, upTo } from './trajectories.js';
import { trends } from './trend.js';

/** Recipes that were trained to a rung. */
export interface Look {
  step: number;
  recipes: readonly string[];
}

/**
 * @param looks every rung so far, the present one last
 * @returns variance per unit of log time, nats² per token²
 */
export function driftRate(of: Trajectories, looks: readonly Look[], warmupSteps: number): VarianceComponent {
  const first = lossesAt(upTo(of, looks[0]!.step, looks[0]!.recipes), looks[0]!.step);
  const scale = Math.hypot(robustSpread(first.map(mean)), Math.sqrt(runNoise(first) / first[0]!.length));
  let degrees = priorDegrees;
  let squares = degrees * (priorDrift * scale) ** 2;
  looks.slice(1).forEach((look, before) => {
    if (look.recipes.length < 2) return;
    const seen = surprise(of, looks[before]!.step, look, warmupSteps);
    degrees += seen.degrees;
    squares += seen.degrees * seen.variance;
  });
  return { variance: squares / degrees, degrees };
}

/** Variance per unit of log time of what recipes did beside half of their trend since the rung before. */
function surprise(of: Trajectories, from: number, look: Look, warmupSteps: number): VarianceComponent {
  const before = upTo(of, from, look.recipes);
  const now = lossesAt(upTo(of, look.step, look.recipes), look.step);
  const moved = lossesAt(before, from).map((seeds, r) => seeds.map((loss, s) => now[r]![s]! - loss));
  const time = Math.log(look.step / from);
  const expected = trends(before, warmupSteps);
  const errors = centred(moved.map((seeds, r) => mean(seeds) - 0.5 * time * expected[r]!));
  const degrees = errors.length - 1;
  const total = errors.reduce((sum, error) => sum + error * error, 0) / degrees;
  const noise = runNoise(moved) / moved[0]!.length;
  return { variance: Math.max(0, total - noise) / time, degrees };
}

function runNoise(lossNats: number[][]): number {
  return measureSeedNoise(lossNats)?.pooled.variance ?? 0;
}
