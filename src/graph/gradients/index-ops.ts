/** Gradients of ops that read or write by index: reading and adding are each other's transpose. */
import {
  column,
  embedding,
  logSumExp,
  multiply,
  oneHot,
  pick,
  scatterAdd,
  softmax,
  subtract,
  zeros,
} from '../build.js';
import type { GradientRules } from './rule.js';

export const indexGradients: GradientRules<
  'embedding' | 'scatterAdd' | 'pick' | 'oneHot' | 'tokenCrossEntropy'
> = {
  embedding: ({ inputs: [table, indices] }, g) => [scatterAdd(zeros(table.shape), indices, g), undefined],
  scatterAdd: ({ inputs: [, indices] }, g) => [g, undefined, embedding(g, indices)],
  pick: ({ inputs: [x, indices] }, g) => [oneHot(g, indices, x.shape.at(-1)!), undefined],
  oneHot: ({ inputs: [, indices] }, g) => [pick(g, indices), undefined],

  // y = w·(log Σ exp(z) − z[t]): ∂y/∂z = w·(softmax(z) − onehot(t)), ∂y/∂w = y/w.
  tokenCrossEntropy({ inputs: [logits, targets, weights] }, g) {
    const weight = multiply(g, weights);
    return [
      subtract(multiply(column(weight), softmax(logits)), oneHot(weight, targets, logits.shape.at(-1)!)),
      undefined,
      multiply(g, subtract(logSumExp(logits), pick(logits, targets))),
    ];
  },
};
