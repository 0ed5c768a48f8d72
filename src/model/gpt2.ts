/**
 * GPT-2 (Radford et al. 2019): learned positions, pre-LayerNorm, tanh GELU, biases, tied embeddings, no dropout.
 *
 * Names and layouts are those of Hugging Face's GPT2LMHeadModel: linear weights are [in, out].
 */
import { build, type Graph, type Tensor } from '../graph/index.js';
import type { Gpt2Config } from '../records.js';
import { layersOf, predictNext } from './forward.js';
import type { Initialisation, Model, ModelSizes, ParameterSpec } from './model.js';
import { bias, layerNorm, lookUp, matrix, normal, perLayer } from './specs.js';

const epsilon = 1e-5;
const initialDeviation = 0.02;

export function gpt2(config: Gpt2Config, sizes: ModelSizes): Model {
  const { layers, width, mlpWidth } = config;
  const parameters = parametersOf(config, sizes);
  return {
    ...sizes,
    config,
    cost: {
      attentionWidth: width,
      keys: Array<number>(layers).fill(sizes.context),
      activations: 12 * width + 2 * mlpWidth,
    },
    parameters,
    forward: (batch) => forward(config, sizes, parameters, batch),
  };
}

function parametersOf(config: Gpt2Config, { vocabularySize, context }: ModelSizes): ParameterSpec[] {
  const { layers, width, mlpWidth } = config;
  const usual = normal(initialDeviation);
  // The residual stream is a sum of 2·layers projections; this keeps its variance independent of depth.
  const residual = normal(initialDeviation / Math.sqrt(2 * layers));
  const linear = (name: string, from: number, to: number, initialisation: Initialisation) => [
    matrix(name, [from, to], initialisation),
    bias(name, to),
  ];
  return [
    matrix('transformer.wte', [vocabularySize, width], usual),
    lookUp('transformer.wpe', [context, width], usual),
    ...perLayer(layers, (layer) => {
      const name = `transformer.h.${layer}`;
      return [
        ...layerNorm(`${name}.ln_1`, width),
        ...linear(`${name}.attn.c_attn`, width, 3 * width, usual),
        ...linear(`${name}.attn.c_proj`, width, width, residual),
        ...layerNorm(`${name}.ln_2`, width),
        ...linear(`${name}.mlp.c_fc`, width, mlpWidth, usual),
        ...linear(`${name}.mlp.c_proj`, mlpWidth, width, residual),
      ];
    }),
    ...layerNorm('transformer.ln_f', width),
  ];
}

function forward(
  { layers, width, heads }: Gpt2Config,
  sizes: ModelSizes,
  parameters: readonly ParameterSpec[],
  batch: number,
): Graph {
  const { weight, layerNorm } = layersOf(parameters);
  const linear = (name: string, x: Tensor): Tensor =>
    build.linear(x, weight(`${name}.weight`), weight(`${name}.bias`));
  const table = weight('transformer.wte.weight');
  return predictNext(
    sizes,
    batch,
    (tokens) => {
      let x = build.add(build.embedding(table, tokens), weight('transformer.wpe.weight')); // [batch, context, width]
      for (let layer = 0; layer < layers; layer++) {
        const name = `transformer.h.${layer}`;
        const joint = linear(`${name}.attn.c_attn`, layerNorm(`${name}.ln_1`, x, epsilon)); // [batch, context, 3·width]
        const [query, key, value] = [0, 1, 2].map((part) =>
          build.slice(joint, 2, part * width, (part + 1) * width),
        ) as [Tensor, Tensor, Tensor];
        const attended = build.causalAttention(query, key, value, heads);
        x = build.add(x, linear(`${name}.attn.c_proj`, attended));
        const hidden = build.gelu(linear(`${name}.mlp.c_fc`, layerNorm(`${name}.ln_2`, x, epsilon)));
        x = build.add(x, linear(`${name}.mlp.c_proj`, hidden));
      }
      return layerNorm('transformer.ln_f', x, epsilon);
    },
    table,
  );
}
