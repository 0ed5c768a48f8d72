/**
 * The probability that a recipe ends among the best, by draws of where every recipe ends.
 *
 * A draw starts from the loss at the rung, as another set of seeds would have given it, lets the recipe's trend go on for
 * a share of the time left that lies anywhere between none and all, and adds a drift, which for a few recipes is a long
 * one. The variances of noise and drift are themselves drawn (σ² · degrees / χ²), so that few seeds and few rungs make the
 * probabilities modest.
 */
import type { Random } from '../../random.js';
import type { VarianceComponent } from '../../stats/index.js';
import type { SeedNoise } from '../seed-noise.js';
import { strayFactor, strayShare } from './constants.js';

export interface Outlook {
  /** Loss of each recipe at the rung, mean over seeds. */
  lossNats: readonly number[];
  /** Change until the end if the trend goes on, one a recipe. */
  trendNats: readonly number[];
  /** Of a run. */
  noise: SeedNoise;
  seeds: number;
  /** Until the end, of each recipe. */
  drift: VarianceComponent;
}

/** @returns for each recipe the probability that fewer than `keep` recipes end better, and that none does */
export function probabilitiesOf(
  of: Outlook,
  keep: number,
  draws: number,
  random: Random,
): { top: number[]; best: number[] } {
  const n = of.lossNats.length;
  const top = new Float64Array(n);
  const best = new Float64Array(n);
  const ends = new Float64Array(n);
  for (let draw = 0; draw < draws; draw++) {
    const pooled = deviation(of.noise.pooled, random) / Math.sqrt(of.seeds);
    const drift = deviation(of.drift, random);
    for (let r = 0; r < n; r++) {
      const own = of.noise.own[r];
      const noise = own === undefined ? pooled : deviation(own, random) / Math.sqrt(of.seeds);
      const gone = random.uniform() * of.trendNats[r]!;
      const reach = random.uniform() < strayShare ? strayFactor * drift : drift;
      ends[r] = of.lossNats[r]! + gone + Math.hypot(noise, reach) * random.normal();
    }
    const sorted = ends.slice().sort();
    const [least, limit] = [sorted[0]!, sorted[Math.min(keep, n) - 1]!];
    for (let r = 0; r < n; r++) {
      if (ends[r]! <= limit) top[r]!++;
      if (ends[r]! === least) best[r]!++;
    }
  }
  return { top: Array.from(top, (count) => count / draws), best: Array.from(best, (count) => count / draws) };
}

/** A draw of the standard deviation. */
function deviation({ variance, degrees }: VarianceComponent, random: Random): number {
  if (variance === 0) return 0;
  let chiSquared = 0;
  for (let k = 0; k < degrees; k++) chiSquared += random.normal() ** 2;
  return Math.sqrt((variance * degrees) / chiSquared);
}
