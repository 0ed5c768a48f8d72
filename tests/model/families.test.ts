import { describe, expect, test } from 'vitest';
import {
  buildModel,
  flopsPerToken,
  initialise,
  type Model,
  presets,
  stepBytes,
} from '../../src/model/index.js';
import { Random } from '../../src/random.js';
import type { Gemma3Config, GptNeoxConfig, LlamaConfig, ModelConfig } from '../../src/records.js';

const llama: LlamaConfig = {
  family: 'llama',
  layers: 3,
  width: 48,
  heads: 6,
  keyValueHeads: 2,
  mlpWidth: 64,
  tied: false,
  rotaryBase: 10_000,
  normEpsilon: 1e-5,
};
const gemma3: Gemma3Config = {
  family: 'gemma3',
  layers: 7,
  width: 40,
  heads: 4,
  keyValueHeads: 1,
  headSize: 16,
  mlpWidth: 56,
  queryScalar: 16,
  window: 8,
  globalEvery: 6,
  rotaryBase: 1_000_000,
  localRotaryBase: 10_000,
};
const neox: GptNeoxConfig = {
  family: 'gpt-neox',
  layers: 2,
  width: 48,
  heads: 3,
  mlpWidth: 192,
  rotaryShare: 0.25,
};
const sizes = { vocabularySize: 101, context: 32 };
const modelOf = (config: ModelConfig): Model => buildModel(config, sizes);

describe('arithmetic per token', () => {
  test('counts the smaller key and value projections, and the look-up of an untied table not', () => {
    const layer = 2 * 48 * 48 + 2 * 48 * 16 + 3 * 48 * 64;
    const attention = 12 * 3 * 48 * 32;
    const flops = 6 * (3 * layer + 101 * 48) + attention;
    expect(flopsPerToken(modelOf(llama))).toBe(flops);
    expect(flopsPerToken(modelOf({ ...llama, tied: true }))).toBe(flops);
  });

  test('counts the keys that a local layer sees, and heads wider than the model', () => {
    const layer = 2 * 40 * 64 + 2 * 40 * 16 + 3 * 40 * 56;
    const keys = 6 * 8 + 32;
    expect(flopsPerToken(modelOf(gemma3))).toBe(6 * (7 * layer + 101 * 40) + 12 * 64 * keys);
  });

  test('leaves learned positions out', () => {
    const opt = modelOf({ ...presets['opt-350m'].config, layers: 1 });
    const matrices = 12 * 1024 ** 2 + 2 * 512 * 1024 + 101 * 512;
    expect(flopsPerToken(opt)).toBe(6 * matrices + 12 * 1024 * 32);
  });
});

test.each([llama, gemma3, neox])('the memory of a step grows with its windows: $family', (config) => {
  const model = modelOf(config);
  const [one, two, three] = [1, 2, 3].map((windows) => stepBytes(model, windows)) as [number, number, number];
  expect(two - one).toBeGreaterThan(
    4 * sizes.context * config.layers * (8 * config.width + 3 * config.mlpWidth),
  );
  expect(three - two).toBeCloseTo(two - one, 3);
});

describe('initial weights', () => {
  const deviation = (values: Float32Array): number =>
    Math.sqrt(values.reduce((total, x) => total + x * x, 0) / values.length);

  test('of Llama and GPT-NeoX have σ √(2 / 5 width), and residual projections less with depth', () => {
    const wide = { width: 240, heads: 6, mlpWidth: 480 };
    const small = Math.sqrt(2 / (5 * 240));
    const a = initialise(modelOf({ ...llama, ...wide }), Random.fromSeed(1));
    expect(deviation(a.get('model.embed_tokens.weight')!) / small).toBeCloseTo(1, 1);
    expect(deviation(a.get('model.layers.2.self_attn.k_proj.weight')!) / small).toBeCloseTo(1, 1);
    expect(deviation(a.get('model.layers.0.mlp.down_proj.weight')!) * 3 * Math.sqrt(240)).toBeCloseTo(1, 1);
    const b = initialise(modelOf({ ...neox, ...wide }), Random.fromSeed(1));
    expect(deviation(b.get('embed_out.weight')!) / small).toBeCloseTo(1, 1);
    expect(deviation(b.get('gpt_neox.layers.1.attention.dense.weight')!) * Math.sqrt(240)).toBeCloseTo(1, 1);
  });

  test('of norms make the gain 1', () => {
    const gain = (config: ModelConfig, name: string): Set<number> =>
      new Set(initialise(modelOf(config), Random.fromSeed(1)).get(name));
    expect(gain(llama, 'model.norm.weight')).toEqual(new Set([1]));
    expect(gain(neox, 'gpt_neox.final_layer_norm.weight')).toEqual(new Set([1]));
    expect(gain(gemma3, 'model.norm.weight')).toEqual(new Set([0]));
  });
});

test.each<[ModelConfig, string]>([
  [
    { ...llama, keyValueHeads: 4 },
    'model llama: keyValueHeads do not divide the heads, expected a divisor of 6, got 4',
  ],
  [
    { ...llama, width: 54 },
    'model llama: the rotated dimensions of a head do not form pairs, expected an even number, got 9',
  ],
  [{ ...llama, rotaryBase: 0 }, 'model llama: bad rotaryBase, expected a positive number, got 0'],
  [{ ...gemma3, headSize: 5 }, 'model gemma3: the rotated dimensions of a head do not form pairs'],
  [{ ...gemma3, window: 0.5 }, 'model gemma3: bad window, expected a positive whole number, got 0.5'],
  [
    { ...neox, rotaryShare: 0.1 },
    'model gpt-neox: the rotated dimensions of a head do not form pairs, expected an even number, got 1',
  ],
  [{ ...neox, rotaryShare: 2 }, 'model gpt-neox: bad rotaryShare, expected at most 1, got 2'],
])('refuses sizes that make no model, case %#', (config, message) => {
  expect(() => modelOf(config)).toThrow(message);
});
