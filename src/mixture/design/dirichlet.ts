/** Draws from a Dirichlet distribution, also for concentrations far below 1. */
import type { Random } from '../../random.js';

/**
 * [domains] One draw from Dirichlet(`concentration`); a domain of concentration 0 gets 0. Gamma variates are drawn as
 * logarithms: for concentrations such as 0.001 the variates themselves fall below the smallest float64.
 */
export function drawDirichlet(concentration: ArrayLike<number>, random: Random): Float64Array {
  const draw = new Float64Array(concentration.length);
  let largest = -Infinity;
  for (let i = 0; i < draw.length; i++) {
    draw[i] = concentration[i]! > 0 ? drawLogGamma(concentration[i]!, random) : -Infinity;
    largest = Math.max(largest, draw[i]!);
  }
  let total = 0;
  for (let i = 0; i < draw.length; i++) {
    draw[i] = Math.exp(draw[i]! - largest);
    total += draw[i]!;
  }
  for (let i = 0; i < draw.length; i++) draw[i]! /= total;
  return draw;
}

/** Logarithm of a Gamma(shape, 1) variate: Marsaglia and Tsang (2000), with their boost for shapes below 1. */
function drawLogGamma(shape: number, random: Random): number {
  if (shape < 1) return drawLogGamma(shape + 1, random) + Math.log(1 - random.uniform()) / shape;
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.uniform()) < x * x * 0.5 + d * (1 - v + Math.log(v)))
      return Math.log(d) + Math.log(v);
  }
}
