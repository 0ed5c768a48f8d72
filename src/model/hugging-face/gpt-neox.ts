/** GPTNeoXForCausalLM. */
import type { GptNeoxConfig } from '../../records.js';
import { commonSizes, type Format, readCommonSizes } from './format.js';
import { readRope, ropeParameters } from './rotary.js';

const rotaryBase = 10_000;

export const gptNeox: Format<GptNeoxConfig> = {
  modelType: 'gpt_neox',
  architecture: 'GPTNeoXForCausalLM',
  prefix: 'gpt_neox.',
  fixed: {
    hidden_act: 'gelu',
    layer_norm_eps: 1e-5,
    attention_bias: true,
    use_parallel_residual: true,
    tie_word_embeddings: false,
    rotary_emb_base: rotaryBase,
  },
  write: (config, sizes) => ({
    ...commonSizes(config, sizes),
    intermediate_size: config.mlpWidth,
    rotary_pct: config.rotaryShare,
    rope_parameters: ropeParameters(rotaryBase, { partial_rotary_factor: config.rotaryShare }),
    attention_dropout: 0,
    hidden_dropout: 0,
  }),
  read: (options) => {
    const { common, sizes } = readCommonSizes(options);
    const rope = readRope(options);
    rope?.require({ rope_theta: rotaryBase });
    const share = options.number('rotary_pct', 0.25);
    return {
      config: {
        family: 'gpt-neox',
        ...common,
        mlpWidth: options.number('intermediate_size'),
        rotaryShare: rope?.number('partial_rotary_factor', share) ?? share,
      },
      sizes,
    };
  },
};
