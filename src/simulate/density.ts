/** The density of inputs on the circle: (1 + a·cos(t − φ)) / 2π, strictly positive for a < 1. */
import type { Random } from '../random.js';
import { basisAt } from './harmonics.js';

export interface Density {
  /** a, in [0, 1): 0 is uniform. */
  tilt: number;
  /** φ, radians: where inputs are most frequent. */
  direction: number;
}

/** Relative to the uniform density. */
export function densityAt({ tilt, direction }: Density, t: number): number {
  return 1 + tilt * Math.cos(t - direction);
}

/** One exact draw: the densities at t and at t + π add up to twice the uniform one, so a fair t is kept or turned. */
export function sampleAngle({ tilt, direction }: Density, random: Random): number {
  const t = 2 * Math.PI * random.uniform();
  const keep = random.uniform() < (1 + tilt * Math.cos(t)) / 2;
  return keep ? t + direction : t + Math.PI + direction;
}

/** The circle cut into equal parts: exact for trigonometric polynomials of degree below the number of nodes. */
export const quadratureNodes = 64;

/** The values of `visit` averaged over the density, by the trapezoid rule: exact here up to degree 62. */
export function integrate(density: Density, visit: (t: number, weight: number) => void): void {
  for (let node = 0; node < quadratureNodes; node++) {
    const t = (2 * Math.PI * node) / quadratureNodes;
    visit(t, densityAt(density, t) / quadratureNodes);
  }
}

/** E[ψψᵀ], n × n. */
export function secondMoment(density: Density, n: number): Float64Array {
  const moment = new Float64Array(n * n);
  const basis = new Float64Array(n);
  integrate(density, (t, weight) => {
    basisAt(t, n, basis);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) moment[i * n + j]! += weight * basis[i]! * basis[j]!;
  });
  return moment;
}

/** sup_t of numerator / denominator (β of Lemma 4), on a grid of a thousandth of the circle. */
export function largestRatio(numerator: Density, denominator: Density): number {
  let largest = 0;
  for (let i = 0; i < 1000; i++) {
    const t = (2 * Math.PI * i) / 1000;
    largest = Math.max(largest, densityAt(numerator, t) / densityAt(denominator, t));
  }
  return largest;
}
