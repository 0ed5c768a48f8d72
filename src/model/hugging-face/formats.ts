/** The formats of all families. */
import type { ModelConfig } from '../../records.js';
import type { Format } from './format.js';
import { gemma3 } from './gemma3.js';
import { gptNeox } from './gpt-neox.js';
import { gpt2 } from './gpt2.js';
import { llama } from './llama.js';
import { opt } from './opt.js';

const formats: { [F in ModelConfig['family']]: Format<Extract<ModelConfig, { family: F }>> } = {
  gpt2,
  'gpt-neox': gptNeox,
  opt,
  llama,
  gemma3,
};

/** The format of a family, for any of its configurations. */
export const formatOf = ({ family }: ModelConfig): Format => formats[family] as unknown as Format;

/** By `model_type`. */
export const formatByType = new Map(
  Object.values(formats).map((format) => [format.modelType, format as unknown as Format]),
);
