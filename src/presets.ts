/**
 * Values by their public names: sizes of models, what a study may write as `proxy: { model: gpt2-small }`, and limits of
 * the repetition measurements.
 *
 * Sources of the sizes: the `config.json` of the models as published by OpenAI (gpt2, gpt2-medium, gpt2-large, gpt2-xl), EleutherAI
 * (Pythia), Meta (OPT) and Google (Gemma 3); RegMix (Liu et al. 2024, arXiv 2407.01492) for its TinyLlama models.
 */
import type {
  Gemma3Config,
  Gpt2Config,
  GptNeoxConfig,
  LlamaConfig,
  ModelConfig,
  OptConfig,
} from './records.js';

const gpt2 = (layers: number, width: number, heads: number): Gpt2Config => ({
  family: 'gpt2',
  layers,
  width,
  heads,
  mlpWidth: 4 * width,
});

const pythia = (layers: number, width: number, heads: number): GptNeoxConfig => ({
  ...gpt2(layers, width, heads),
  family: 'gpt-neox',
  rotaryShare: 0.25,
});

const opt = (layers: number, width: number, heads: number): OptConfig => ({
  ...gpt2(layers, width, heads),
  family: 'opt',
  embeddingWidth: width,
  normFirst: true,
});

const tinyllama = (layers: number, width: number, heads: number, mlpWidth: number): LlamaConfig => ({
  family: 'llama',
  layers,
  width,
  heads,
  keyValueHeads: heads,
  mlpWidth,
  tied: false,
  rotaryBase: 10_000,
  normEpsilon: 1e-5,
});

const gemma3270m: Gemma3Config = {
  family: 'gemma3',
  layers: 18,
  width: 640,
  heads: 4,
  keyValueHeads: 1,
  headSize: 256,
  mlpWidth: 2048,
  queryScalar: 256,
  window: 512,
  globalEvery: 6,
  rotaryBase: 1_000_000,
  localRotaryBase: 10_000,
};

export const modelPresets = {
  'gpt2-small': gpt2(12, 768, 12),
  'gpt2-medium': gpt2(24, 1024, 16),
  'gpt2-large': gpt2(36, 1280, 20),
  'gpt2-xl': gpt2(48, 1600, 25),
  'pythia-14m': pythia(6, 128, 4),
  'pythia-31m': pythia(6, 256, 8),
  'pythia-70m': pythia(6, 512, 8),
  'pythia-160m': pythia(12, 768, 12),
  'pythia-410m': pythia(24, 1024, 16),
  'pythia-1b': pythia(16, 2048, 8),
  'opt-125m': opt(12, 768, 12),
  'opt-350m': { ...opt(24, 1024, 16), embeddingWidth: 512, normFirst: false },
  'tinyllama-1m': tinyllama(2, 256, 8, 512),
  'tinyllama-60m': tinyllama(10, 768, 8, 1536),
  'tinyllama-1.1b': tinyllama(22, 2048, 16, 5632),
  'gemma3-270m': gemma3270m,
} as const satisfies Record<string, ModelConfig>;

export type ModelPreset = keyof typeof modelPresets;

/**
 * Limits of the repetition measurements in the deduplication recipes of Wang et al. 2025 (arXiv 2512.24503): `default` is
 * DCLM-baseline's (Rae et al. 2021, arXiv 2112.11446, Table A1); L and LS are stricter on lines and paragraphs, G on the
 * most frequent n-grams, GS on repeated long ones. A document is dropped if any measurement exceeds its limit. Keys are
 * columns of the `dclm` profile; another profile puts its name before them.
 */
const defaultRepetition = {
  dup_line_fraction: 0.3,
  dup_paragraph_fraction: 0.3,
  dup_line_chars: 0.2,
  dup_paragraph_chars: 0.2,
  top_2gram_chars: 0.2,
  top_3gram_chars: 0.18,
  top_4gram_chars: 0.16,
  dup_5gram_chars: 0.15,
  dup_6gram_chars: 0.14,
  dup_7gram_chars: 0.13,
  dup_8gram_chars: 0.12,
  dup_9gram_chars: 0.11,
  dup_10gram_chars: 0.1,
};

export type RepetitionMeasurement = keyof typeof defaultRepetition;
export type RepetitionPreset = 'default' | 'L' | 'LS' | 'G' | 'GS';

const lines = (fraction: number, chars: number) => ({
  dup_line_fraction: fraction,
  dup_paragraph_fraction: fraction,
  dup_line_chars: chars,
  dup_paragraph_chars: chars,
});

export const repetitionThresholds: Record<RepetitionPreset, Record<RepetitionMeasurement, number>> = {
  default: defaultRepetition,
  L: { ...defaultRepetition, ...lines(0.2, 0.15) },
  LS: { ...defaultRepetition, ...lines(0.15, 0.1) },
  G: { ...defaultRepetition, top_2gram_chars: 0.14, top_3gram_chars: 0.12, top_4gram_chars: 0.1 },
  GS: {
    ...defaultRepetition,
    dup_5gram_chars: 0.08,
    dup_6gram_chars: 0.07,
    dup_7gram_chars: 0.06,
    dup_8gram_chars: 0.05,
    dup_9gram_chars: 0.04,
    dup_10gram_chars: 0.03,
  },
};
