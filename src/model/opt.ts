/**
 * OPT (Zhang et al. 2022, arXiv 2205.01068): learned positions of which the first two rows are never used, ReLU,
 * LayerNorm, biases, tied embeddings. OPT-350M has its norms after attention and MLP, no last norm, and narrower
 * embeddings with projections in and out.
 *
 * Names and layouts are those of Hugging Face's OPTForCausalLM. Initial weights as in the paper: σ 0.006, and
 * 0.006 / √(2 · layers) for residual projections.
 */
import { build, type Graph, type Tensor } from '../graph/index.js';
import type { OptConfig } from '../records.js';
import { layersOf, predictNext } from './forward.js';
import type { Model, ModelSizes, ParameterSpec } from './model.js';
import { layerNorm, linear, lookUp, matrix, normal, perLayer } from './specs.js';

const epsilon = 1e-5;
const initialDeviation = 0.006;
/** Position t reads row t + 2, a leftover of the padding index of fairseq. */
const positionOffset = 2;

export function opt(config: OptConfig, sizes: ModelSizes): Model {
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

function parametersOf(config: OptConfig, { vocabularySize, context }: ModelSizes): ParameterSpec[] {
  const { layers, width, mlpWidth, embeddingWidth, normFirst } = config;
  const usual = normal(initialDeviation);
  const residual = normal(initialDeviation / Math.sqrt(2 * layers));
  const name = 'model.decoder';
  return [
    matrix(`${name}.embed_tokens`, [vocabularySize, embeddingWidth], usual),
    lookUp(`${name}.embed_positions`, [context + positionOffset, width], usual),
    ...(embeddingWidth === width
      ? []
      : [
          matrix(`${name}.project_in`, [width, embeddingWidth], usual),
          matrix(`${name}.project_out`, [embeddingWidth, width], usual),
        ]),
    ...perLayer(layers, (layer) => {
      const block = `${name}.layers.${layer}`;
      return [
        ...linear(`${block}.self_attn.q_proj`, width, width, usual),
        ...linear(`${block}.self_attn.k_proj`, width, width, usual),
        ...linear(`${block}.self_attn.v_proj`, width, width, usual),
        ...linear(`${block}.self_attn.out_proj`, width, width, residual),
        ...layerNorm(`${block}.self_attn_layer_norm`, width),
        ...linear(`${block}.fc1`, width, mlpWidth, usual),
        ...linear(`${block}.fc2`, mlpWidth, width, residual),
        ...layerNorm(`${block}.final_layer_norm`, width),
      ];
    }),
    ...(normFirst ? layerNorm(`${name}.final_layer_norm`, width) : []),
  ];
}

function forward(
  config: OptConfig,
  sizes: ModelSizes,
  parameters: readonly ParameterSpec[],
  batch: number,
): Graph {
  const { layers, width, heads, embeddingWidth, normFirst } = config;
  const { weight, linear, layerNorm } = layersOf(parameters);
  /** x + f(norm(x)), or norm(x + f(x)). */
  const residual = (norm: string, x: Tensor, f: (x: Tensor) => Tensor): Tensor =>
    normFirst ? build.add(x, f(layerNorm(norm, x, epsilon))) : layerNorm(norm, build.add(x, f(x)), epsilon);
  const narrow = embeddingWidth !== width;
  const decoder = 'model.decoder';
  const table = weight(`${decoder}.embed_tokens.weight`);
  return predictNext(
    sizes,
    batch,
    (tokens) => {
      const embedded = build.embedding(table, tokens);
      const positions = weight(`${decoder}.embed_positions.weight`);
      let x = build.add(
        narrow ? linear(`${decoder}.project_in`, embedded) : embedded,
        build.slice(positions, 0, positionOffset, positionOffset + sizes.context),
      ); // [batch, context, width]
      for (let layer = 0; layer < layers; layer++) {
        const name = `${decoder}.layers.${layer}`;
        x = residual(`${name}.self_attn_layer_norm`, x, (input) => {
          const [query, key, value] = ['q', 'k', 'v'].map((part) =>
            linear(`${name}.self_attn.${part}_proj`, input),
          ) as [Tensor, Tensor, Tensor];
          return linear(`${name}.self_attn.out_proj`, build.causalAttention(query, key, value, heads));
        });
        x = residual(`${name}.final_layer_norm`, x, (input) =>
          linear(`${name}.fc2`, build.relu(linear(`${name}.fc1`, input))),
        );
      }
      if (normFirst) x = layerNorm(`${decoder}.final_layer_norm`, x, epsilon);
      return narrow ? linear(`${decoder}.project_out`, x) : x;
    },
    table,
  );
}
