/** A model whose loss is quadratic, so that gradients, noise and curvature can be written down. */
import { build, graphOf, type Tensor } from '../../src/graph/index.js';
import type { Model } from '../../src/model/index.js';

/** Symmetric, with eigenvalues 4, 2 and −6. */
export const hessian = [
  [3, 1, 0],
  [1, 3, 0],
  [0, 0, -6],
];
/** Token t pulls towards centre t. */
export const centres = [
  [0, 1, 0.5],
  [2, -1, 0.25],
  [-1, 0.5, 1],
  [1.5, 2, -0.75],
];

/** The loss of a window is the mean over its predicted tokens t of ½(θ − c_t)ᵀA(θ − c_t). */
export function quadraticModel(context: number): Model {
  const [vocabularySize, size] = [centres.length, hessian.length];
  return {
    config: { family: 'gpt2', layers: 1, width: size, heads: 1, mlpWidth: 1 },
    cost: { attentionWidth: 1, keys: [1], activations: 1 },
    vocabularySize,
    context,
    parameters: [
      { name: 'theta', shape: [size], decay: true, multiplied: true, initialisation: { kind: 'zeros' } },
    ],
    forward(batch) {
      const count = batch * context;
      const windows = build.input('windows', [batch, context + 1], 'int32');
      const weights = build.reshape(build.input('weights', [batch, context]), [count]);
      const targets = build.reshape(build.slice(windows, 1, 1, context + 1), [count]);
      const ones = build.broadcast(build.constant(1), [count]);
      const chosen = build.oneHot(ones, targets, vocabularySize); // [count, vocabulary]
      const theta = build.broadcast(build.parameter('theta', [size]), [count, size]);
      const away = build.subtract(theta, build.matmul(chosen, matrix(centres)));
      const pulled = build.matmul(away, matrix(hessian));
      const losses = build.scale(build.reduceSum(build.multiply(away, pulled), [1]), 0.5);
      const tokenLosses = build.reshape(build.multiply(losses, weights), [batch, context]);
      return graphOf({ loss: build.sum(tokenLosses), tokenLosses });
    },
  };
}

function matrix(rows: readonly (readonly number[])[]): Tensor {
  const scalars = rows.flat().map((value) => build.reshape(build.constant(value), [1]));
  return build.reshape(build.concatenate(scalars, 0), [rows.length, rows[0]!.length]);
}

export const gradientAt = (theta: readonly number[], tokens: readonly number[]): number[] =>
  hessian.map((row) =>
    row.reduce((total, a, j) => {
      const centre = tokens.reduce((sum, token) => sum + centres[token]![j]!, 0) / tokens.length;
      return total + a * (theta[j]! - centre);
    }, 0),
  );
