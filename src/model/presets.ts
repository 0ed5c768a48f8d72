/** Published models, with the vocabulary and context that give their public parameter counts. */
import { type ModelPreset, modelPresets } from '../presets.js';
import type { ModelConfig } from '../records.js';
import type { ModelSizes } from './model.js';

export interface Preset {
  config: ModelConfig;
  sizes: ModelSizes;
}

/** Vocabulary and positions of the published models, by the start of their names. */
const publishedSizes = {
  gpt2: { vocabularySize: 50_257, context: 1024 },
  pythia: { vocabularySize: 50_304, context: 2048 },
  opt: { vocabularySize: 50_272, context: 2048 },
  tinyllama: { vocabularySize: 50_432, context: 2048 },
  gemma3: { vocabularySize: 262_144, context: 32_768 },
} as const;

function sizesOf(name: ModelPreset): ModelSizes {
  const [start] = name.split('-') as [keyof typeof publishedSizes];
  return publishedSizes[start];
}

export const presets = Object.fromEntries(
  Object.entries(modelPresets).map(([name, config]) => [
    name,
    { config, sizes: sizesOf(name as ModelPreset) },
  ]),
) as Readonly<Record<ModelPreset, Preset>>;

export type PresetName = ModelPreset;
