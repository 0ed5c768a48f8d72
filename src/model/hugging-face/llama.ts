/** LlamaForCausalLM. */
import type { LlamaConfig } from '../../records.js';
import { commonSizes, type Format, readCommonSizes } from './format.js';
import { readRope, ropeParameters } from './rotary.js';

export const llama: Format<LlamaConfig> = {
  modelType: 'llama',
  architecture: 'LlamaForCausalLM',
  prefix: 'model.',
  fixed: { hidden_act: 'silu', attention_bias: false, mlp_bias: false },
  write: (config, sizes) => ({
    ...commonSizes(config, sizes),
    intermediate_size: config.mlpWidth,
    num_key_value_heads: config.keyValueHeads,
    head_dim: config.width / config.heads,
    rms_norm_eps: config.normEpsilon,
    tie_word_embeddings: config.tied,
    rope_theta: config.rotaryBase,
    rope_parameters: ropeParameters(config.rotaryBase),
    attention_dropout: 0,
  }),
  read: (options) => {
    const { common, sizes } = readCommonSizes(options);
    options.require({ head_dim: common.width / common.heads });
    const rope = readRope(options);
    rope?.require({ partial_rotary_factor: 1 });
    const base = options.number('rope_theta', 10_000);
    return {
      config: {
        family: 'llama',
        ...common,
        mlpWidth: options.number('intermediate_size'),
        keyValueHeads: options.number('num_key_value_heads', common.heads),
        tied: options.boolean('tie_word_embeddings', false),
        rotaryBase: rope?.number('rope_theta', base) ?? base,
        normEpsilon: options.number('rms_norm_eps', 1e-6),
      },
      sizes,
    };
  },
};
