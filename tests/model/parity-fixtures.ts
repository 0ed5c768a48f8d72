/** What PyTorch and `transformers` computed for small models: see fixtures/make-transformers-fixtures.py. */
import { readFileSync } from 'node:fs';
import { buildModel, type Model } from '../../src/model/index.js';
import type { ModelConfig, OptimizerSpec, ScheduleSpec } from '../../src/records.js';
import { startingWeights, uniform } from './hashed.js';

/** [norm, product with hashed vector 0, 1, …] */
type Summary = readonly [norm: number, ...products: number[]];

export interface Fixture {
  config: ModelConfig;
  vocabularySize: number;
  context: number;
  batch: number;
  shapes: Record<string, number[]>;
  loss: number;
  logits: number[];
  gradients: Record<string, Summary>;
  hessianProducts: Record<string, Summary>;
  /** Of each window's own mean loss. */
  exampleGradientNorms: number[];
  endOfText: number;
  continuations: { prefixLength: number; logLikelihoods: number[]; ranks: number[] }[];
  optimizer: OptimizerSpec;
  schedule: ScheduleSpec;
  training: { losses: number[]; gradientNorms: number[]; lastLoss: number };
}

export const cases = [
  'gpt2',
  'gpt-neox',
  'gpt-neox-one-head',
  'opt',
  'opt-norm-last',
  'llama-grouped',
  'llama-tied',
  'gemma3',
  'gemma3-grouped',
] as const;

export function readFixture<T = Fixture>(file: string): T {
  return JSON.parse(readFileSync(new URL(`fixtures/${file}.json`, import.meta.url), 'utf8')) as T;
}

export const modelOf = ({ config, vocabularySize, context }: Fixture): Model =>
  buildModel(config, { vocabularySize, context });

export const weightsOf = ({ config, shapes }: Fixture): Map<string, Float32Array> =>
  new Map(Object.entries(shapes).map(([name, shape]) => [name, startingWeights(config.family, name, shape)]));

/**
 * How far `found` is from the vector that a summary describes, relative to its norm. The product of the difference d
 * with a vector of independent entries, uniform in [−1, 1), has mean square |d|²/3, which estimates |d|. The norm has
 * a floor, for gradients that are 0 but for rounding (of a key's bias, for example).
 */
export function summaryError(name: string, found: Float32Array, summary: Summary, floor: number): number {
  const [norm, ...products] = summary;
  const squares = products.map((product, k) => {
    const direction = uniform(`projection ${k} ${name}`, found.length);
    return (found.reduce((total, value, i) => total + value * direction[i]!, 0) - product) ** 2;
  });
  const distance = Math.sqrt((3 * squares.reduce((total, square) => total + square, 0)) / squares.length);
  return distance / Math.max(norm, floor);
}

/** 1e-4 of the norm over all parameters. */
export const floorOf = (summaries: Record<string, Summary>): number =>
  1e-4 * Math.hypot(...Object.values(summaries).map(([norm]) => norm));
