/** The models that several suites of the PyTorch worker train. */
import type { Gemma3Config, LlamaConfig } from '../../../src/records.js';

/** With grouped queries, and a matrix of its own for the vocabulary. */
export const llama: LlamaConfig = {
  family: 'llama',
  layers: 2,
  width: 24,
  heads: 4,
  keyValueHeads: 2,
  mlpWidth: 40,
  tied: false,
  rotaryBase: 10_000,
  normEpsilon: 1e-5,
};

/** With a window shorter than the contexts that it is trained on. */
export const gemma3: Gemma3Config = {
  family: 'gemma3',
  layers: 3,
  width: 24,
  heads: 4,
  keyValueHeads: 1,
  headSize: 8,
  mlpWidth: 40,
  queryScalar: 8,
  window: 8,
  globalEvery: 2,
  rotaryBase: 1_000_000,
  localRotaryBase: 10_000,
};
