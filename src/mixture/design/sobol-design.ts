/** Space-filling mixtures: scrambled Sobol points carried from the cube to the simplex. */
import { AssayError } from '../../errors.js';
import type { Random } from '../../random.js';
import { betaQuantile } from './beta-quantile.js';
import { roundShares, withinBounds } from './clean.js';
import { type Prior, temper } from './prior.js';
import { regmixDefaults, usageBounds } from './regmix.js';
import { sobol } from './sobol.js';

export interface SobolOptions {
  /** Power of the prior that the points are spread around: 0 spreads them evenly over all mixtures. Default 0.5. */
  temperature?: number;
  /** A domain's share is at most this many times its share in the prior; Infinity for no bound. Default 15. */
  maximumUsage?: number;
  /** Smallest share above 0, and the step that shares are rounded to. Default 2e-4. */
  smallest?: number;
}

/** Points tried for every mixture wanted before the bounds are called too tight. */
const tries = 100;

/**
 * `count` mixtures, each [domains]. Without bounds a power of two of them is balanced; bounds drop points, and the
 * sequence goes on until there are enough.
 *
 * @throws AssayError when the bounds leave too few of them
 */
export function sampleSobol(
  { shares }: Prior,
  count: number,
  random: Random,
  options: SobolOptions = {},
): Float64Array[] {
  const { temperature, maximumUsage, smallest } = { ...regmixDefaults, ...options };
  const bounds = usageBounds(shares, maximumUsage);
  // A mean concentration of 1: at temperature 0 this is the uniform distribution over mixtures.
  const concentration = temper(shares, temperature).map((share) => share * shares.length);
  const mixtures: Float64Array[] = [];
  for (let asked = count; asked <= count * tries; asked *= 2) {
    mixtures.length = 0;
    for (const point of sobol(asked, shares.length - 1, random)) {
      const mixture = onSimplex(point, concentration);
      if (withinBounds(mixture, bounds)) mixtures.push(roundShares(mixture, smallest));
      if (mixtures.length === count) return mixtures;
    }
  }
  throw new AssayError('design "sobol"', 'too few mixtures within the bounds', {
    expected: `${count}`,
    got: `${mixtures.length}`,
    fix: 'Raise the maximum usage.',
  });
}

/**
 * A uniform point of the cube [domains − 1] to a Dirichlet mixture [domains], by breaking a stick: each domain takes a
 * beta quantile of what the ones before it have left (Rosenblatt's transform).
 */
export function onSimplex(point: Float64Array, concentration: Float64Array): Float64Array {
  const mixture = new Float64Array(point.length + 1);
  let rest = 1;
  for (let i = 0; i < point.length; i++) {
    const later = concentration.subarray(i + 1).reduce((sum, value) => sum + value, 0);
    const fraction =
      concentration[i] === 0 ? 0 : later === 0 ? 1 : betaQuantile(point[i]!, concentration[i]!, later);
    mixture[i] = rest * fraction;
    rest -= mixture[i]!;
  }
  mixture[point.length] = concentration[point.length] === 0 ? 0 : rest;
  return mixture;
}
