/**
 * The text model of Gemma 3 (Gemma Team 2025, arXiv 2503.19786): RMSNorm with gain 1 + w before and after attention
 * and MLP, normalised queries and keys, grouped-query attention, five local layers to a global one, each kind with its
 * rotary base, GeGLU, tied embeddings that are scaled by √width where they are looked up.
 *
 * Names and layouts are those of Hugging Face's Gemma3ForCausalLM. In float32 the scale of the embeddings is not
 * rounded to bfloat16. Initial weights: σ 0.02, as in that library; the report gives none.
 */
import { build, type Graph, type Tensor } from '../graph/index.js';
import type { Gemma3Config } from '../records.js';
import { layersOf, predictNext } from './forward.js';
import type { Model, ModelSizes, ParameterSpec } from './model.js';
import { matrix, normal, perLayer, rmsNorm } from './specs.js';

const epsilon = 1e-6;
const initialDeviation = 0.02;

const isGlobal = ({ globalEvery }: Gemma3Config, layer: number): boolean => (layer + 1) % globalEvery === 0;

export function gemma3(config: Gemma3Config, sizes: ModelSizes): Model {
  const { layers, width, mlpWidth, heads, headSize, window } = config;
  const { context } = sizes;
  const attentionWidth = heads * headSize;
  const parameters = parametersOf(config, sizes);
  return {
    ...sizes,
    config,
    cost: {
      attentionWidth,
      keys: Array.from({ length: layers }, (_, layer) =>
        isGlobal(config, layer) ? context : Math.min(window, context),
      ),
      activations: 6 * width + 2 * attentionWidth + 4 * mlpWidth,
    },
    parameters,
    forward: (batch) => forward(config, sizes, parameters, batch),
  };
}

function parametersOf(config: Gemma3Config, { vocabularySize }: ModelSizes): ParameterSpec[] {
  const { layers, width, mlpWidth, heads, keyValueHeads, headSize } = config;
  const usual = normal(initialDeviation);
  const gain = (name: string, length = width): ParameterSpec => rmsNorm(name, length, 'zeros');
  return [
    matrix('model.embed_tokens', [vocabularySize, width], usual),
    ...perLayer(layers, (layer) => {
      const name = `model.layers.${layer}`;
      return [
        matrix(`${name}.self_attn.q_proj`, [heads * headSize, width], usual),
        matrix(`${name}.self_attn.k_proj`, [keyValueHeads * headSize, width], usual),
        matrix(`${name}.self_attn.v_proj`, [keyValueHeads * headSize, width], usual),
        matrix(`${name}.self_attn.o_proj`, [width, heads * headSize], usual),
        gain(`${name}.self_attn.q_norm`, headSize),
        gain(`${name}.self_attn.k_norm`, headSize),
        matrix(`${name}.mlp.gate_proj`, [mlpWidth, width], usual),
        matrix(`${name}.mlp.up_proj`, [mlpWidth, width], usual),
        matrix(`${name}.mlp.down_proj`, [width, mlpWidth], usual),
        gain(`${name}.input_layernorm`),
        gain(`${name}.post_attention_layernorm`),
        gain(`${name}.pre_feedforward_layernorm`),
        gain(`${name}.post_feedforward_layernorm`),
      ];
    }),
    gain('model.norm'),
  ];
}

function forward(
  config: Gemma3Config,
  sizes: ModelSizes,
  parameters: readonly ParameterSpec[],
  batch: number,
): Graph {
  const { layers, width, heads, keyValueHeads, headSize, queryScalar, rotaryBase, localRotaryBase } = config;
  const { context } = sizes;
  const { weight, linear } = layersOf(parameters);
  const norm = (name: string, x: Tensor): Tensor =>
    build.rmsNorm(x, build.add(build.constant(1), weight(`${name}.weight`)), epsilon);
  const attention = (layer: number, x: Tensor): Tensor => {
    const name = `model.layers.${layer}.self_attn`;
    const global = isGlobal(config, layer);
    /** A projection, normalised head by head and rotated. */
    const turned = (part: 'q' | 'k', count: number): Tensor => {
      const projected = linear(`${name}.${part}_proj`, x);
      const byHead = build.reshape(projected, [batch, context, count, headSize]);
      const normed = build.reshape(norm(`${name}.${part}_norm`, byHead), projected.shape);
      const base = global ? rotaryBase : localRotaryBase;
      return build.rotary(normed, { heads: count, dimensions: headSize, base });
    };
    const value = linear(`${name}.v_proj`, x);
    const attended = build.causalAttention(turned('q', heads), turned('k', keyValueHeads), value, heads, {
      keyValueHeads,
      scale: 1 / Math.sqrt(queryScalar),
      ...(global ? {} : { window: config.window }),
    });
    return linear(`${name}.o_proj`, attended);
  };
  const mlp = (name: string, x: Tensor): Tensor =>
    linear(
      `${name}.down_proj`,
      build.multiply(build.gelu(linear(`${name}.gate_proj`, x)), linear(`${name}.up_proj`, x)),
    );
  const table = weight('model.embed_tokens.weight');
  return predictNext(
    sizes,
    batch,
    (tokens) => {
      let x = build.scale(build.embedding(table, tokens), Math.sqrt(width)); // [batch, context, width]
      for (let layer = 0; layer < layers; layer++) {
        const name = `model.layers.${layer}`;
        const attended = attention(layer, norm(`${name}.input_layernorm`, x));
        x = build.add(x, norm(`${name}.post_attention_layernorm`, attended));
        const hidden = mlp(`${name}.mlp`, norm(`${name}.pre_feedforward_layernorm`, x));
        x = build.add(x, norm(`${name}.post_feedforward_layernorm`, hidden));
      }
      return norm('model.norm', x);
    },
    table,
  );
}
