/** GPT2LMHeadModel. */
import type { Gpt2Config } from '../../records.js';
import type { Format } from './format.js';

export const gpt2: Format<Gpt2Config> = {
  modelType: 'gpt2',
  architecture: 'GPT2LMHeadModel',
  prefix: 'transformer.',
  fixed: {
    activation_function: 'gelu_new',
    layer_norm_epsilon: 1e-5,
    scale_attn_weights: true,
    scale_attn_by_inverse_layer_idx: false,
    add_cross_attention: false,
    tie_word_embeddings: true,
  },
  write: ({ layers, width, heads, mlpWidth }, { vocabularySize, context }) => ({
    vocab_size: vocabularySize,
    n_positions: context,
    n_embd: width,
    n_layer: layers,
    n_head: heads,
    n_inner: mlpWidth,
    attn_pdrop: 0,
    embd_pdrop: 0,
    resid_pdrop: 0,
  }),
  read: (options) => {
    const width = options.number('n_embd');
    return {
      config: {
        family: 'gpt2',
        layers: options.number('n_layer'),
        width,
        heads: options.number('n_head'),
        mlpWidth: options.number('n_inner', 4 * width),
      },
      sizes: { vocabularySize: options.number('vocab_size'), context: options.number('n_positions') },
    };
  },
};
