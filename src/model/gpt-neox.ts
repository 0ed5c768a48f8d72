/**
 * GPT-NeoX (Black et al. 2022, arXiv 2204.06745), the architecture of Pythia (arXiv 2304.01373): rotary positions on
 * the first dimensions of each head, attention and MLP side by side, LayerNorm, exact GELU, biases, untied embeddings.
 *
 * Names and layouts are those of Hugging Face's GPTNeoXForCausalLM; the rows of `query_key_value` are query, key and
 * value of head 0, then of head 1, … Initial weights as in training: σ √(2 / 5·width), and 2 / (layers · √width) for
 * residual projections.
 */
import { build, type Graph, type Tensor } from '../graph/index.js';
import type { GptNeoxConfig } from '../records.js';
import { layersOf, predictNext } from './forward.js';
import type { Model, ModelSizes, ParameterSpec } from './model.js';
import { layerNorm, linear, lookUp, matrix, normal, perLayer } from './specs.js';

const epsilon = 1e-5;
const rotaryBase = 10_000;

/** Dimensions of a head that rotate. */
export const rotaryDimensions = ({ width, heads, rotaryShare }: GptNeoxConfig): number =>
  Math.floor((width / heads) * rotaryShare);

export function gptNeox(config: GptNeoxConfig, sizes: ModelSizes): Model {
  const { layers, width, mlpWidth } = config;
  const parameters = parametersOf(config, sizes);
  return {
    ...sizes,
    config,
    cost: {
      attentionWidth: width,
      keys: Array<number>(layers).fill(sizes.context),
      activations: 16 * width + 2 * mlpWidth,
    },
    parameters,
    forward: (batch) => forward(config, sizes, parameters, batch),
  };
}

function parametersOf({ layers, width, mlpWidth }: GptNeoxConfig, sizes: ModelSizes): ParameterSpec[] {
  const usual = normal(Math.sqrt(2 / (5 * width)));
  const residual = normal(2 / (layers * Math.sqrt(width)));
  const table = [sizes.vocabularySize, width];
  return [
    lookUp('gpt_neox.embed_in', table, usual),
    ...perLayer(layers, (layer) => {
      const name = `gpt_neox.layers.${layer}`;
      return [
        ...layerNorm(`${name}.input_layernorm`, width),
        ...layerNorm(`${name}.post_attention_layernorm`, width),
        ...linear(`${name}.attention.query_key_value`, width, 3 * width, usual),
        ...linear(`${name}.attention.dense`, width, width, residual),
        ...linear(`${name}.mlp.dense_h_to_4h`, width, mlpWidth, usual),
        ...linear(`${name}.mlp.dense_4h_to_h`, mlpWidth, width, residual),
      ];
    }),
    ...layerNorm('gpt_neox.final_layer_norm', width),
    matrix('embed_out', table, usual),
  ];
}

function forward(
  config: GptNeoxConfig,
  sizes: ModelSizes,
  parameters: readonly ParameterSpec[],
  batch: number,
): Graph {
  const { layers, width, heads } = config;
  const { weight, linear, layerNorm } = layersOf(parameters);
  const size = width / heads;
  const rotate = (x: Tensor): Tensor =>
    build.rotary(x, { heads, dimensions: rotaryDimensions(config), base: rotaryBase });
  return predictNext(
    sizes,
    batch,
    (tokens) => {
      let x = build.embedding(weight('gpt_neox.embed_in.weight'), tokens); // [batch, context, width]
      for (let layer = 0; layer < layers; layer++) {
        const name = `gpt_neox.layers.${layer}`;
        const before = layerNorm(`${name}.input_layernorm`, x, epsilon);
        const joint = linear(`${name}.attention.query_key_value`, before);
        const byHead = build.reshape(joint, [batch, sizes.context, heads, 3 * size]);
        const part = (i: number): Tensor =>
          build.reshape(build.slice(byHead, 3, i * size, (i + 1) * size), [batch, sizes.context, width]);
        const attended = build.causalAttention(rotate(part(0)), rotate(part(1)), part(2), heads);
        const inner = layerNorm(`${name}.post_attention_layernorm`, x, epsilon);
        const hidden = build.exactGelu(linear(`${name}.mlp.dense_h_to_4h`, inner));
        const both = build.add(
          linear(`${name}.attention.dense`, attended),
          linear(`${name}.mlp.dense_4h_to_h`, hidden),
        );
        x = build.add(x, both);
      }
      return layerNorm('gpt_neox.final_layer_norm', x, epsilon);
    },
    weight('embed_out.weight'),
  );
}
