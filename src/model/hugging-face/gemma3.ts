/** Gemma3ForCausalLM: the text model alone. */
import type { Gemma3Config } from '../../records.js';
import { commonSizes, type Format, readCommonSizes } from './format.js';
import type { Options } from './options.js';
import { readLayerRope, ropeParameters } from './rotary.js';

const [local, global] = ['sliding_attention', 'full_attention'];

const kindOf = (layer: number, globalEvery: number): string =>
  (layer + 1) % globalEvery === 0 ? global! : local!;

export const gemma3: Format<Gemma3Config> = {
  modelType: 'gemma3_text',
  architecture: 'Gemma3ForCausalLM',
  prefix: 'model.',
  fixed: {
    hidden_activation: 'gelu_pytorch_tanh',
    rms_norm_eps: 1e-6,
    attention_bias: false,
    attn_logit_softcapping: null,
    final_logit_softcapping: null,
    use_bidirectional_attention: false,
    tie_word_embeddings: true,
  },
  write: (config, sizes) => ({
    ...commonSizes(config, sizes),
    intermediate_size: config.mlpWidth,
    num_key_value_heads: config.keyValueHeads,
    head_dim: config.headSize,
    query_pre_attn_scalar: config.queryScalar,
    sliding_window: config.window,
    sliding_window_pattern: config.globalEvery,
    layer_types: Array.from({ length: config.layers }, (_, layer) => kindOf(layer, config.globalEvery)),
    rope_theta: config.rotaryBase,
    rope_local_base_freq: config.localRotaryBase,
    rope_parameters: {
      [global!]: ropeParameters(config.rotaryBase),
      [local!]: ropeParameters(config.localRotaryBase),
    },
    attention_dropout: 0,
  }),
  read: (options) => {
    const { common, sizes } = readCommonSizes(options);
    const base = options.number('rope_theta', 1_000_000);
    const localBase = options.number('rope_local_base_freq', 10_000);
    return {
      config: {
        family: 'gemma3',
        ...common,
        mlpWidth: options.number('intermediate_size'),
        keyValueHeads: options.number('num_key_value_heads', 4),
        headSize: options.number('head_dim', 256),
        queryScalar: options.number('query_pre_attn_scalar', 256),
        window: options.number('sliding_window', 4096),
        globalEvery: readPattern(options, common.layers),
        rotaryBase: readLayerRope(options, global!)?.number('rope_theta', base) ?? base,
        localRotaryBase: readLayerRope(options, local!)?.number('rope_theta', localBase) ?? localBase,
      },
      sizes,
    };
  },
};

/** Every how many layers one sees all positions. The list of kinds decides, where there is one. */
function readPattern(options: Options, layers: number): number {
  const declared = options.number('sliding_window_pattern', options.number('_sliding_window_pattern', 6));
  const kinds = options.get('layer_types');
  if (kinds === undefined) return declared;
  const fits = (every: number): boolean =>
    Array.isArray(kinds) &&
    kinds.length === layers &&
    kinds.every((kind, layer) => kind === kindOf(layer, every));
  const found = [declared, ...Array.from({ length: layers + 1 }, (_, i) => i + 1)].find(fits);
  if (found !== undefined) return found;
  throw options.problem(
    'layer_types',
    `${layers} kinds, every n-th "${global}" and the others "${local}"`,
    kinds,
  );
}
