/** Gradients of softmax, its relatives and normalisation. n is the length of the last axis. */
import {
  column,
  inverseDeviation,
  inverseRms,
  multiply,
  reduceSum,
  rmsStandardise,
  rowSum,
  rows,
  scale,
  softmax,
  standardise,
  subtract,
} from '../build.js';
import type { Node, Tensor } from '../ops.js';
import type { GradientRules } from './rule.js';

/** y = softmax(x): ∂yᵢ/∂xⱼ = yᵢ(δᵢⱼ − yⱼ), so dx = y∘(g − rowsum(g∘y)). Masked entries have y = 0, so dx = 0. */
function softmaxGradient(y: Node<'softmax'> | Node<'causalSoftmax'>, g: Tensor): readonly [Tensor] {
  return [multiply(y, subtract(g, rowSum(multiply(g, y))))];
}

const rowMean = (x: Tensor): Tensor => scale(rowSum(x), 1 / x.shape.at(-1)!);

/**
 * y = (x − μ)·r with r = (σ² + ε)^−½. Both μ and r depend on every entry of the row:
 * ∂μ/∂xⱼ = 1/n and ∂r/∂xⱼ = −r³(xⱼ − μ)/n = −r²·yⱼ/n, so dx = r·(g − mean(g) − y·mean(g∘y)).
 */
function standardiseGradient(x: Tensor, epsilon: number, g: Tensor): Tensor {
  const y = standardise(x, epsilon);
  const centred = subtract(g, rowMean(g));
  return multiply(inverseDeviation(x, epsilon), subtract(centred, multiply(y, rowMean(multiply(g, y)))));
}

/** y = x·r with r = (mean(x²) + ε)^−½: ∂r/∂xⱼ = −r³xⱼ/n = −r²·yⱼ/n, so dx = r·(g − y·mean(g∘y)). */
function rmsStandardiseGradient(x: Tensor, epsilon: number, g: Tensor): Tensor {
  const y = rmsStandardise(x, epsilon);
  return multiply(inverseRms(x, epsilon), subtract(g, multiply(y, rowMean(multiply(g, y)))));
}

export const lastAxisGradients: GradientRules<
  | 'softmax'
  | 'causalSoftmax'
  | 'logSumExp'
  | 'standardise'
  | 'inverseDeviation'
  | 'layerNorm'
  | 'rmsStandardise'
  | 'inverseRms'
  | 'rmsNorm'
> = {
  softmax: softmaxGradient,
  causalSoftmax: softmaxGradient,

  // ∂ log Σ exp(x) / ∂x = softmax(x).
  logSumExp: ({ inputs: [x] }, g) => [multiply(column(g), softmax(x))],

  standardise: ({ inputs: [x], attributes: { epsilon } }, g) => [standardiseGradient(x, epsilon, g)],

  // ∂r/∂xⱼ = −r²·yⱼ/n, with y = standardise(x).
  inverseDeviation(r, g) {
    const [x] = r.inputs;
    const factor = scale(multiply(g, multiply(r, r)), -1 / x.shape.at(-1)!);
    return [multiply(factor, standardise(x, r.attributes.epsilon))];
  },

  // y = z∘gain + bias with z = standardise(x).
  layerNorm({ inputs: [x, gain], attributes: { epsilon } }, g) {
    const z = standardise(x, epsilon);
    return [
      standardiseGradient(x, epsilon, multiply(g, gain)),
      reduceSum(rows(multiply(g, z)), [0]),
      reduceSum(rows(g), [0]),
    ];
  },

  rmsStandardise: ({ inputs: [x], attributes: { epsilon } }, g) => [rmsStandardiseGradient(x, epsilon, g)],

  // ∂r/∂xⱼ = −r²·yⱼ/n, with y = rmsStandardise(x).
  inverseRms(r, g) {
    const [x] = r.inputs;
    const factor = scale(multiply(g, multiply(r, r)), -1 / x.shape.at(-1)!);
    return [multiply(factor, rmsStandardise(x, r.attributes.epsilon))];
  },

  // y = z∘gain with z = rmsStandardise(x).
  rmsNorm({ inputs: [x, gain], attributes: { epsilon } }, g) {
    return [
      rmsStandardiseGradient(x, epsilon, multiply(g, gain)),
      reduceSum(rows(multiply(g, rmsStandardise(x, epsilon))), [0]),
    ];
  },
};
