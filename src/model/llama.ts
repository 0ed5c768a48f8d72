/**
 * Llama (Touvron et al. 2023, arXiv 2302.13971), the architecture of TinyLlama: pre-RMSNorm, rotary positions, SwiGLU,
 * grouped-query attention (arXiv 2305.13245), no biases.
 *
 * Names and layouts are those of Hugging Face's LlamaForCausalLM. Initial weights are TinyLlama's (arXiv 2401.02385):
 * σ √(2 / 5·width) (Nguyen and Salazar 2019, arXiv 1910.05895), and 1 / (layers · √width) for residual projections.
 */
import { build, type Graph } from '../graph/index.js';
import type { LlamaConfig } from '../records.js';
import { layersOf, predictNext } from './forward.js';
import type { Model, ModelSizes, ParameterSpec } from './model.js';
import { lookUp, matrix, normal, perLayer, rmsNorm } from './specs.js';

export function llama(config: LlamaConfig, sizes: ModelSizes): Model {
  const { layers, width, mlpWidth } = config;
  const parameters = parametersOf(config, sizes);
  return {
    ...sizes,
    config,
    cost: {
      attentionWidth: width,
      keys: Array<number>(layers).fill(sizes.context),
      activations: 12 * width + 4 * mlpWidth,
    },
    parameters,
    forward: (batch) => forward(config, sizes, parameters, batch),
  };
}

function parametersOf(config: LlamaConfig, { vocabularySize }: ModelSizes): ParameterSpec[] {
  const { layers, width, mlpWidth, heads, keyValueHeads, tied } = config;
  const shared = (width / heads) * keyValueHeads;
  const usual = normal(Math.sqrt(2 / (5 * width)));
  const residual = normal(1 / (layers * Math.sqrt(width)));
  const table = [vocabularySize, width];
  return [
    (tied ? matrix : lookUp)('model.embed_tokens', table, usual),
    ...perLayer(layers, (layer) => {
      const name = `model.layers.${layer}`;
      return [
        rmsNorm(`${name}.input_layernorm`, width),
        matrix(`${name}.self_attn.q_proj`, [width, width], usual),
        matrix(`${name}.self_attn.k_proj`, [shared, width], usual),
        matrix(`${name}.self_attn.v_proj`, [shared, width], usual),
        matrix(`${name}.self_attn.o_proj`, [width, width], residual),
        rmsNorm(`${name}.post_attention_layernorm`, width),
        matrix(`${name}.mlp.gate_proj`, [mlpWidth, width], usual),
        matrix(`${name}.mlp.up_proj`, [mlpWidth, width], usual),
        matrix(`${name}.mlp.down_proj`, [width, mlpWidth], residual),
      ];
    }),
    rmsNorm('model.norm', width),
    ...(tied ? [] : [matrix('lm_head', table, usual)]),
  ];
}

function forward(
  config: LlamaConfig,
  sizes: ModelSizes,
  parameters: readonly ParameterSpec[],
  batch: number,
): Graph {
  const { layers, width, heads, keyValueHeads, rotaryBase: base, normEpsilon, tied } = config;
  const { weight, linear } = layersOf(parameters);
  const norm = (name: string, x: Parameters<typeof build.rmsNorm>[0]) =>
    build.rmsNorm(x, weight(`${name}.weight`), normEpsilon);
  const dimensions = width / heads;
  const table = weight('model.embed_tokens.weight');
  return predictNext(
    sizes,
    batch,
    (tokens) => {
      let x = build.embedding(table, tokens); // [batch, context, width]
      for (let layer = 0; layer < layers; layer++) {
        const name = `model.layers.${layer}`;
        const before = norm(`${name}.input_layernorm`, x);
        const query = build.rotary(linear(`${name}.self_attn.q_proj`, before), { heads, dimensions, base });
        const key = build.rotary(linear(`${name}.self_attn.k_proj`, before), {
          heads: keyValueHeads,
          dimensions,
          base,
        });
        const value = linear(`${name}.self_attn.v_proj`, before);
        const attended = build.causalAttention(query, key, value, heads, { keyValueHeads });
        x = build.add(x, linear(`${name}.self_attn.o_proj`, attended));
        const inner = norm(`${name}.post_attention_layernorm`, x);
        const gate = build.silu(linear(`${name}.mlp.gate_proj`, inner));
        const hidden = build.multiply(gate, linear(`${name}.mlp.up_proj`, inner));
        x = build.add(x, linear(`${name}.mlp.down_proj`, hidden));
      }
      return norm('model.norm', x);
    },
    tied ? table : weight('lm_head.weight'),
  );
}
