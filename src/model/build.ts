/** From a configuration to a model: the one place that knows all families. */
import type { ModelConfig } from '../records.js';
import { requireSizes } from './check.js';
import { gemma3 } from './gemma3.js';
import { gptNeox } from './gpt-neox.js';
import { gpt2 } from './gpt2.js';
import { llama } from './llama.js';
import type { Model, ModelSizes } from './model.js';
import { opt } from './opt.js';

/**
 * @throws AssayError when sizes are not positive whole numbers, or the heads do not divide the width
 */
export function buildModel(config: ModelConfig, sizes: ModelSizes): Model {
  requireSizes(config, sizes);
  switch (config.family) {
    case 'gpt2':
      return gpt2(config, sizes);
    case 'gpt-neox':
      return gptNeox(config, sizes);
    case 'opt':
      return opt(config, sizes);
    case 'llama':
      return llama(config, sizes);
    case 'gemma3':
      return gemma3(config, sizes);
    default:
      return config satisfies never;
  }
}
