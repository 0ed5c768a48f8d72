/**
 * GPT-2 (Radford et al. 2019): learned positions, pre-LayerNorm, tanh GELU, biases, tied embeddings, no dropout.
 *
 * Names and layouts are those of Hugging Face's GPT2LMHeadModel: linear weights are [in, out].
 */
import { build, type Graph, graphOf, type Shape, type Tensor } from '../graph/index.js';
import type { Gpt2Config } from '../records.js';
import type { Initialisation, Model, ModelCost, ModelSizes, ParameterSpec } from './model.js';

const epsilon = 1e-5;
const initialDeviation = 0.02;

export function gpt2(config: Gpt2Config, sizes: ModelSizes): Model {
  const parameters = parametersOf(config, sizes);
  const { layers, width, mlpWidth } = config;
  const cost: ModelCost = {
    attentionWidth: width,
    keys: Array<number>(layers).fill(sizes.context),
    activations: 14 * width + 6 * mlpWidth,
  };
  return {
    ...sizes,
    config,
    cost,
    parameters,
    forward: (batch) => forward(config, sizes, parameters, batch),
  };
}

function parametersOf(config: Gpt2Config, { vocabularySize, context }: ModelSizes): ParameterSpec[] {
  const { layers, width, mlpWidth } = config;
  const normal = (standardDeviation: number): Initialisation => ({ kind: 'normal', standardDeviation });
  // The residual stream is a sum of 2·layers projections; this keeps its variance independent of depth.
  const residual = normal(initialDeviation / Math.sqrt(2 * layers));

  const matrix = (name: string, shape: Shape, initialisation: Initialisation): ParameterSpec[] => [
    {
      name: `transformer.${name}.weight`,
      shape,
      decay: true,
      multiplied: name !== 'wpe',
      initialisation,
    },
  ];
  const bias = (name: string, length: number): ParameterSpec => ({
    name: `transformer.${name}.bias`,
    shape: [length],
    decay: false,
    multiplied: false,
    initialisation: { kind: 'zeros' },
  });
  const linear = (name: string, from: number, to: number, initialisation: Initialisation) => [
    ...matrix(name, [from, to], initialisation),
    bias(name, to),
  ];
  const norm = (name: string): ParameterSpec[] => [
    {
      name: `transformer.${name}.weight`,
      shape: [width],
      decay: false,
      multiplied: false,
      initialisation: { kind: 'ones' },
    },
    bias(name, width),
  ];
  const block = (layer: number): ParameterSpec[] => [
    ...norm(`h.${layer}.ln_1`),
    ...linear(`h.${layer}.attn.c_attn`, width, 3 * width, normal(initialDeviation)),
    ...linear(`h.${layer}.attn.c_proj`, width, width, residual),
    ...norm(`h.${layer}.ln_2`),
    ...linear(`h.${layer}.mlp.c_fc`, width, mlpWidth, normal(initialDeviation)),
    ...linear(`h.${layer}.mlp.c_proj`, mlpWidth, width, residual),
  ];
  return [
    ...matrix('wte', [vocabularySize, width], normal(initialDeviation)),
    ...matrix('wpe', [context, width], normal(initialDeviation)),
    ...Array.from({ length: layers }, (_, layer) => block(layer)).flat(),
    ...norm('ln_f'),
  ];
}

function forward(
  { layers, width, heads }: Gpt2Config,
  { context }: ModelSizes,
  parameters: readonly ParameterSpec[],
  batch: number,
): Graph {
  const shapes = new Map(parameters.map(({ name, shape }) => [name, shape]));
  const leaves = new Map<string, Tensor>();
  const weight = (name: string): Tensor => {
    const full = `transformer.${name}`;
    const known = leaves.get(full) ?? build.parameter(full, shapes.get(full)!);
    leaves.set(full, known);
    return known;
  };
  const linear = (name: string, x: Tensor): Tensor =>
    build.linear(x, weight(`${name}.weight`), weight(`${name}.bias`));
  const norm = (name: string, x: Tensor): Tensor =>
    build.layerNorm(x, weight(`${name}.weight`), weight(`${name}.bias`), epsilon);

  const windows = build.input('windows', [batch, context + 1], 'int32');
  const tokens = build.slice(windows, 1, 0, context); // [batch, context]
  const targets = build.slice(windows, 1, 1, context + 1); // [batch, context]

  const table = weight('wte.weight');
  let x = build.add(build.embedding(table, tokens), weight('wpe.weight')); // [batch, context, width]
  for (let layer = 0; layer < layers; layer++) {
    const joint = linear(`h.${layer}.attn.c_attn`, norm(`h.${layer}.ln_1`, x)); // [batch, context, 3·width]
    const [query, key, value] = [0, 1, 2].map((part) =>
      build.slice(joint, 2, part * width, (part + 1) * width),
    ) as [Tensor, Tensor, Tensor];
    const attended = build.causalAttention(query, key, value, heads);
    x = build.add(x, linear(`h.${layer}.attn.c_proj`, attended));
    const hidden = build.gelu(linear(`h.${layer}.mlp.c_fc`, norm(`h.${layer}.ln_2`, x)));
    x = build.add(x, linear(`h.${layer}.mlp.c_proj`, hidden));
  }
  const weights = build.input('weights', [batch, context]);
  const tokenCount = batch * context;
  const logits = build.linear(build.rows(norm('ln_f', x)), table, undefined, true); // [tokens, vocabulary]
  const losses = build.tokenCrossEntropy(
    logits,
    build.reshape(targets, [tokenCount]),
    build.reshape(weights, [tokenCount]),
  );
  const tokenLosses = build.reshape(losses, [batch, context]);
  return graphOf({ loss: build.sum(tokenLosses), tokenLosses });
}
