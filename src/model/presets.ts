/** Published models, with the vocabulary and context that give their public parameter counts. */
import { type ModelPreset, modelPresets } from '../presets.js';
import type { ModelConfig } from '../records.js';
import type { ModelSizes } from './model.js';

export interface Preset {
  config: ModelConfig;
  sizes: ModelSizes;
}

const gpt2 = (name: ModelPreset): Preset => ({
  config: modelPresets[name],
  sizes: { vocabularySize: 50257, context: 1024 },
});

/** Parameters: 124,439,808; 354,823,168; 774,030,080; 1,557,611,200. */
export const presets = {
  'gpt2-small': gpt2('gpt2-small'),
  'gpt2-medium': gpt2('gpt2-medium'),
  'gpt2-large': gpt2('gpt2-large'),
  'gpt2-xl': gpt2('gpt2-xl'),
} as const satisfies Record<ModelPreset, Preset>;

export type PresetName = ModelPreset;
