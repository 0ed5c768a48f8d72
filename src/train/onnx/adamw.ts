/**
 * Global-norm clipping and AdamW as graph ops.
 *
 * Clip (Pascanu et al. 2013): g ← g · clip / max(clip, ‖g‖).
 * AdamW (Loshchilov and Hutter 2019, algorithm 2), for step t = 1, 2, …:
 *   m ← β₁m + (1 − β₁)g,  v ← β₂v + (1 − β₂)g²
 *   p ← p(1 − rate·decay) − rate · (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε)
 * Multiplying the last fraction by √(1 − β₂ᵗ) above and below leaves three scalars that depend on t: see `rates`.
 */
import { build, type Tensor } from '../../graph/index.js';
import type { OptimizerSpec } from '../../records.js';

const { add, constant, divide, input, multiply, relu, scale, sqrt, subtract, sum } = build;

/** The scalar inputs of the update. */
export interface Rates {
  /** rate · √(1 − β₂ᵗ) / (1 − β₁ᵗ). */
  stepSize: number;
  /** ε · √(1 − β₂ᵗ). */
  epsilon: number;
  /** 1 − rate · decay. */
  keep: number;
}

/** @param step optimizer steps done after this one, from 1 */
export function rates(optimizer: OptimizerSpec, learningRate: number, step: number): Rates {
  const root = Math.sqrt(1 - optimizer.beta2 ** step);
  return {
    stepSize: (learningRate * root) / (1 - optimizer.beta1 ** step),
    epsilon: optimizer.epsilon * root,
    keep: 1 - learningRate * optimizer.weightDecay,
  };
}

/** Names of the inputs that carry the rates. */
export const rateNames = {
  stepSize: 'rate:stepSize',
  epsilon: 'rate:epsilon',
  keep: 'rate:keep',
} as const satisfies Record<keyof Rates, string>;

export const rateInputs = (): Record<keyof Rates, Tensor> => ({
  stepSize: input(rateNames.stepSize, []),
  epsilon: input(rateNames.epsilon, []),
  keep: input(rateNames.keep, []),
});

/** ‖g‖ over all gradients, shape []. */
export function globalNorm(gradients: readonly Tensor[]): Tensor {
  return sqrt(gradients.map((gradient) => sum(multiply(gradient, gradient))).reduce(add));
}

/** What the gradients are multiplied by: clip / max(clip, norm), exactly 1 when the norm is within the clip. */
export function clipFactor(norm: Tensor, clip: number): Tensor {
  const limit = constant(clip);
  return divide(limit, add(limit, relu(subtract(norm, limit))));
}

export interface Slot {
  parameter: Tensor;
  firstMoment: Tensor;
  secondMoment: Tensor;
}

/** One parameter's update; `gradient` is before clipping. */
export function adamw(
  { parameter, firstMoment, secondMoment }: Slot,
  gradient: Tensor,
  { factor, decay }: { factor: Tensor; decay: boolean },
  optimizer: OptimizerSpec,
  rate: Record<keyof Rates, Tensor>,
): Slot {
  const { beta1, beta2 } = optimizer;
  // The factors of the gradient are multiplied as scalars first: every pass over an array of this size counts.
  const m = add(scale(firstMoment, beta1), multiply(scale(factor, 1 - beta1), gradient));
  const rooted = multiply(scale(factor, Math.sqrt(1 - beta2)), gradient);
  const v = add(scale(secondMoment, beta2), multiply(rooted, rooted));
  const update = multiply(rate.stepSize, divide(m, add(sqrt(v), rate.epsilon)));
  const kept = decay ? multiply(rate.keep, parameter) : parameter;
  return { parameter: subtract(kept, update), firstMoment: m, secondMoment: v };
}
