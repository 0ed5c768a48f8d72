/** GELU as it is defined, by the standard normal distribution, in simpler ops. */
import { add, constant, erf, exp, multiply, scale } from '../build.js';
import type { Tensor } from '../ops.js';

/** Φ(x) = ½(1 + erf(x/√2)). */
export const normalDistribution = (x: Tensor): Tensor =>
  scale(add(constant(1), erf(scale(x, Math.SQRT1_2))), 0.5);

/** φ(x) = exp(−x²/2)/√(2π). */
export const normalDensity = (x: Tensor): Tensor =>
  scale(exp(scale(multiply(x, x), -0.5)), 1 / Math.sqrt(2 * Math.PI));

export const expandExactGelu = (x: Tensor): Tensor => multiply(x, normalDistribution(x));
