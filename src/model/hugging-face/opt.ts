/** OPTForCausalLM. */
import type { OptConfig } from '../../records.js';
import { commonSizes, type Format, readCommonSizes } from './format.js';

export const opt: Format<OptConfig> = {
  modelType: 'opt',
  architecture: 'OPTForCausalLM',
  prefix: 'model.',
  fixed: {
    activation_function: 'relu',
    enable_bias: true,
    layer_norm_elementwise_affine: true,
    _remove_final_layer_norm: false,
    tie_word_embeddings: true,
  },
  write: (config, sizes) => ({
    ...commonSizes(config, sizes),
    ffn_dim: config.mlpWidth,
    word_embed_proj_dim: config.embeddingWidth,
    do_layer_norm_before: config.normFirst,
    attention_dropout: 0,
    dropout: 0,
    layerdrop: 0,
  }),
  read: (options) => {
    const { common, sizes } = readCommonSizes(options);
    return {
      config: {
        family: 'opt',
        ...common,
        mlpWidth: options.number('ffn_dim'),
        embeddingWidth: options.number('word_embed_proj_dim', common.width),
        normFirst: options.boolean('do_layer_norm_before', true),
      },
      sizes,
    };
  },
};
