/** What the forward graphs of all families share: weights by name, and the loss of the next token. */
import { build, type Graph, graphOf, type Tensor } from '../graph/index.js';
import type { ModelSizes, ParameterSpec } from './model.js';

/** The layers of a model by the names of their parameters; a weight asked for twice is one parameter. */
export interface Layers {
  weight(name: string): Tensor;
  /** x·weightᵀ (+ bias, if there is one). */
  linear(name: string, x: Tensor): Tensor;
  layerNorm(name: string, x: Tensor, epsilon: number): Tensor;
}

export function layersOf(parameters: readonly ParameterSpec[]): Layers {
  const shapes = new Map(parameters.map(({ name, shape }) => [name, shape]));
  const leaves = new Map<string, Tensor>();
  const weight = (name: string): Tensor => {
    const leaf = leaves.get(name) ?? build.parameter(name, shapes.get(name)!);
    leaves.set(name, leaf);
    return leaf;
  };
  return {
    weight,
    linear: (name, x) => {
      const bias = shapes.has(`${name}.bias`) ? weight(`${name}.bias`) : undefined;
      return build.linear(x, weight(`${name}.weight`), bias, true);
    },
    layerNorm: (name, x, epsilon) =>
      build.layerNorm(x, weight(`${name}.weight`), weight(`${name}.bias`), epsilon),
  };
}

/**
 * The graph that `Model.forward` promises.
 * @param hidden from tokens [batch, context] to the last layer's states [batch, context, width]
 * @param head [vocabulary, width]
 */
export function predictNext(
  { context }: ModelSizes,
  batch: number,
  hidden: (tokens: Tensor) => Tensor,
  head: Tensor,
): Graph {
  const windows = build.input('windows', [batch, context + 1], 'int32');
  const tokens = build.slice(windows, 1, 0, context);
  const targets = build.slice(windows, 1, 1, context + 1);
  const weights = build.input('weights', [batch, context]);
  const count = batch * context;
  const logits = build.linear(build.rows(hidden(tokens)), head, undefined, true); // [count, vocabulary]
  const losses = build.tokenCrossEntropy(
    logits,
    build.reshape(targets, [count]),
    build.reshape(weights, [count]),
  );
  const tokenLosses = build.reshape(losses, [batch, context]);
  return graphOf({ loss: build.sum(tokenLosses), tokenLosses });
}
