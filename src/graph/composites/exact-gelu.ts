/** What the gradient of exact GELU is made of: the standard normal distribution. */
import { add, constant, erf, exp, multiply, scale } from '../build.js';
import type { Tensor } from '../ops.js';

/** Φ(x) = ½(1 + erf(x/√2)). */
export const normalDistribution = (x: Tensor): Tensor =>
  scale(add(constant(1), erf(scale(x, Math.SQRT1_2))), 0.5);

/** φ(x) = exp(−x²/2)/√(2π). */
export const normalDensity = (x: Tensor): Tensor =>
  scale(exp(scale(multiply(x, x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
