/** Gradients of ops that read or write by index: reading and adding are each other's transpose. */
import {
  column,
  constant,
  crossEntropy,
  embedding,
  exp,
  multiply,
  negate,
  oneHot,
  pick,
  put,
  scatterAdd,
  softmax,
  subtract,
  zeros,
} from '../build.js';
import type { Tensor } from '../ops.js';
import type { GradientRules } from './rule.js';

export const indexGradients: GradientRules<
  'embedding' | 'scatterAdd' | 'pick' | 'oneHot' | 'put' | 'crossEntropy' | 'tokenCrossEntropy'
> = {
  embedding: ({ inputs: [table, indices] }, g) => [scatterAdd(zeros(table.shape), indices, g), undefined],
  scatterAdd: ({ inputs: [, indices] }, g) => [g, undefined, embedding(g, indices)],
  pick: ({ inputs: [x, indices] }, g) => [oneHot(g, indices, x.shape.at(-1)!), undefined],
  oneHot: ({ inputs: [, indices] }, g) => [pick(g, indices), undefined],

  put: ({ inputs: [, indices, values] }, g) => [
    put(g, indices, zeros(values.shape)),
    undefined,
    pick(g, indices),
  ],

  crossEntropy({ inputs: [logits, targets] }, g) {
    return [multiply(column(g), crossEntropyGradient(logits, targets)), undefined];
  },

  tokenCrossEntropy({ inputs: [logits, targets, weights] }, g) {
    return [
      multiply(column(multiply(g, weights)), crossEntropyGradient(logits, targets)),
      undefined,
      multiply(g, crossEntropy(logits, targets)),
    ];
  },
};

/**
 * y = log Σ exp(z) − z[t]: ∂y/∂z = softmax(z) − onehot(t), which at t is exp(−y) − 1. Written so, the gradient waits for
 * the loss, which is then done with the logits, and can overwrite the softmax.
 */
function crossEntropyGradient(logits: Tensor, targets: Tensor): Tensor {
  const atTarget = subtract(exp(negate(crossEntropy(logits, targets))), constant(1));
  return put(softmax(logits), targets, atTarget);
}
