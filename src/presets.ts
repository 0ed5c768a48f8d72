/**
 * Sizes of models by their public names: what a study may write as `proxy: { model: gpt2-small }`.
 *
 * Source: the `config.json` of the models as published by OpenAI (gpt2, gpt2-medium, gpt2-large, gpt2-xl).
 */
import type { ModelConfig } from './records.js';

export const modelPresets = {
  'gpt2-small': { family: 'gpt2', layers: 12, width: 768, heads: 12, mlpWidth: 3072 },
  'gpt2-medium': { family: 'gpt2', layers: 24, width: 1024, heads: 16, mlpWidth: 4096 },
  'gpt2-large': { family: 'gpt2', layers: 36, width: 1280, heads: 20, mlpWidth: 5120 },
  'gpt2-xl': { family: 'gpt2', layers: 48, width: 1600, heads: 25, mlpWidth: 6400 },
} as const satisfies Record<string, ModelConfig>;

export type ModelPreset = keyof typeof modelPresets;
