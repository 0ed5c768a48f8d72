/** Published models, with the vocabulary and context that give their public parameter counts. */
import type { Gpt2Config, ModelConfig } from '../records.js';
import type { ModelSizes } from './model.js';

export interface Preset {
  config: ModelConfig;
  sizes: ModelSizes;
}

const gpt2 = (layers: number, width: number, heads: number): Preset => ({
  config: { family: 'gpt2', layers, width, heads, mlpWidth: 4 * width } satisfies Gpt2Config,
  sizes: { vocabularySize: 50257, context: 1024 },
});

/** Parameters: 124,439,808; 354,823,168; 774,030,080; 1,557,611,200. */
export const presets = {
  'gpt2-small': gpt2(12, 768, 12),
  'gpt2-medium': gpt2(24, 1024, 16),
  'gpt2-large': gpt2(36, 1280, 20),
  'gpt2-xl': gpt2(48, 1600, 25),
} as const satisfies Record<string, Preset>;

export type PresetName = keyof typeof presets;
