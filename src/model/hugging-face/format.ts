/** How one family stands in a `config.json`. */
import type { ModelConfig } from '../../records.js';
import type { ModelSizes } from '../model.js';
import type { Json, Options } from './options.js';

export interface Format<C extends ModelConfig = ModelConfig> {
  /** `model_type` of the library. */
  modelType: string;
  /** Its class. */
  architecture: string;
  /** Start of the names of all tensors but the head; files of the bare model leave it out. */
  prefix: string;
  /** Options of which one value only is supported: it is the library's default too. */
  fixed: Json;
  /** The other options. */
  write(config: C, sizes: ModelSizes): Json;
  /** The inverse of `write`; what is absent is the library's default. */
  read(options: Options): { config: C; sizes: ModelSizes };
}

/** Sizes under the names that most families share. */
export const commonSizes = (
  { layers, width, heads }: ModelConfig,
  { vocabularySize, context }: ModelSizes,
): Json => ({
  vocab_size: vocabularySize,
  max_position_embeddings: context,
  hidden_size: width,
  num_hidden_layers: layers,
  num_attention_heads: heads,
});

export function readCommonSizes(options: Options) {
  return {
    common: {
      layers: options.number('num_hidden_layers'),
      width: options.number('hidden_size'),
      heads: options.number('num_attention_heads'),
    },
    sizes: {
      vocabularySize: options.number('vocab_size'),
      context: options.number('max_position_embeddings'),
    },
  };
}
