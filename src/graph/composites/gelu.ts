/** What the gradient of GELU is made of. */
import { add, constant, multiply, scale, sigmoid } from '../build.js';
import type { Tensor } from '../ops.js';

/** ½(1 + tanh(z)) = σ(2z), so gelu(x) = x·σ(2·√(2/π)·(x + 0.044715·x³)) = x·σ(x(c + k·x²)). */
const c = 2 * Math.sqrt(2 / Math.PI);
const k = c * 0.044715;

/** `gate` = σ(u) with u = x(c + k·x²); `slope` = ∂u/∂x = c + 3k·x². */
export function geluGate(x: Tensor): { gate: Tensor; slope: Tensor } {
  const square = multiply(x, x);
  return {
    gate: sigmoid(multiply(x, add(constant(c), scale(square, k)))),
    slope: add(constant(c), scale(square, 3 * k)),
  };
}
