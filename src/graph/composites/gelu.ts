/** GELU in simpler ops. The forward pass and the gradient use the same pieces, so each is computed once. */
import { add, constant, multiply, scale, sigmoid } from '../build.js';
import type { Tensor } from '../ops.js';

/** ½(1 + tanh(z)) = σ(2z), so gelu(x) = x·σ(2·√(2/π)·(x + 0.044715·x³)) = x·σ(x(c + k·x²)). */
const c = 2 * Math.sqrt(2 / Math.PI);
const k = c * 0.044715;

/** `gate` = σ(u) with u = x(c + k·x²); `logitSlope` = x·∂u/∂x = x(c + 3k·x²). */
export function geluGate(x: Tensor): { gate: Tensor; logitSlope: Tensor } {
  const square = multiply(x, x);
  return {
    gate: sigmoid(multiply(x, add(constant(c), scale(square, k)))),
    logitSlope: multiply(x, add(constant(c), scale(square, 3 * k))),
  };
}

export const expandGelu = (x: Tensor): Tensor => multiply(x, geluGate(x).gate);
