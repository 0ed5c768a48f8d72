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
  { context, vocabularySize }: ModelSizes,
  batch: number,
  hidden: (tokens: Tensor) => Tensor,
  head: Tensor,
): Graph {
  const windows = build.input('windows', [batch, context + 1], 'int32');
  const tokens = build.slice(windows, 1, 0, context);
  const targets = build.slice(windows, 1, 1, context + 1);
  const weights = build.input('weights', [batch, context]);
  const count = batch * context;
  const states = build.rows(hidden(tokens)); // [count, width]
  const flatTargets = build.reshape(targets, [count]);
  const flatWeights = build.reshape(weights, [count]);
  const rows = rowsOfLogits(vocabularySize, head.shape[1]!);
  const chunks = Array.from({ length: Math.ceil(count / rows) }, (_, chunk) => {
    const take = (x: Tensor): Tensor =>
      rows >= count ? x : build.slice(x, 0, chunk * rows, Math.min(count, (chunk + 1) * rows));
    const logits = build.linear(take(states), head, undefined, true); // [rows, vocabulary]
    return build.tokenCrossEntropy(logits, take(flatTargets), take(flatWeights));
  });
  const losses = chunks.length === 1 ? chunks[0]! : build.concatenate(chunks, 0);
  const tokenLosses = build.reshape(losses, [batch, context]);
  return graphOf({ loss: build.sum(tokenLosses), tokenLosses });
}

/**
 * Tokens whose logits are in memory at once: at most 256 MiB of logits, but no fewer than 256 tokens. Each further chunk
 * adds to the gradient of the whole table; where that is small beside the logits, chunks of 8 MiB, which stay in a
 * cache from their softmax to the products of the backward pass, are faster.
 */
export function rowsOfLogits(vocabularySize: number, width: number): number {
  const rowsIn = (mebibytes: number): number =>
    2 ** Math.floor(Math.log2((mebibytes * 2 ** 18) / vocabularySize));
  return rowsIn(8) >= 8 * width ? rowsIn(8) : Math.max(256, rowsIn(256));
}
