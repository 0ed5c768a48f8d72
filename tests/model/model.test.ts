import { describe, expect, test } from 'vitest';
import { leavesOf } from '../../src/graph/index.js';
import { buildModel, chooseMicroBatch, flopsPerToken, initialise, stepBytes } from '../../src/model/index.js';
import { Random } from '../../src/random.js';
import type { Gpt2Config } from '../../src/records.js';

const config: Gpt2Config = { family: 'gpt2', layers: 2, width: 12, heads: 3, mlpWidth: 48 };
const tiny = buildModel(config, { vocabularySize: 13, context: 5 });

describe('GPT-2', () => {
  test('has the names and layouts of the published checkpoints', () => {
    const listed = tiny.parameters.map(({ name, shape, decay }) => `${name} ${shape.join('x')} ${decay}`);
    expect(listed.filter((line) => !line.includes('.h.1.'))).toMatchInlineSnapshot(`
      [
        "transformer.wte.weight 13x12 true",
        "transformer.wpe.weight 5x12 true",
        "transformer.h.0.ln_1.weight 12 false",
        "transformer.h.0.ln_1.bias 12 false",
        "transformer.h.0.attn.c_attn.weight 12x36 true",
        "transformer.h.0.attn.c_attn.bias 36 false",
        "transformer.h.0.attn.c_proj.weight 12x12 true",
        "transformer.h.0.attn.c_proj.bias 12 false",
        "transformer.h.0.ln_2.weight 12 false",
        "transformer.h.0.ln_2.bias 12 false",
        "transformer.h.0.mlp.c_fc.weight 12x48 true",
        "transformer.h.0.mlp.c_fc.bias 48 false",
        "transformer.h.0.mlp.c_proj.weight 48x12 true",
        "transformer.h.0.mlp.c_proj.bias 12 false",
        "transformer.ln_f.weight 12 false",
        "transformer.ln_f.bias 12 false",
      ]
    `);
  });

  test('uses every parameter in the forward graph, at any batch', () => {
    for (const batch of [1, 3]) {
      const used = leavesOf(tiny.forward(batch), 'parameter');
      expect([...used.keys()].sort()).toEqual(tiny.parameters.map(({ name }) => name).sort());
      for (const { name, shape } of tiny.parameters) expect(used.get(name)!.shape).toEqual(shape);
    }
  });

  test.each([
    [{ ...config, heads: 5 }, 'model gpt2: heads do not divide the width, expected a divisor of 12, got 5'],
    [{ ...config, layers: 0 }, 'model gpt2: bad layers, expected a positive whole number, got 0'],
  ])('refuses sizes that make no model', (bad, message) => {
    expect(() => buildModel(bad, { vocabularySize: 13, context: 5 })).toThrow(message);
  });
});

describe('initialisation', () => {
  const model = buildModel(
    { ...config, layers: 8, width: 48, mlpWidth: 192 },
    { vocabularySize: 99, context: 32 },
  );
  const values = initialise(model, Random.fromSeed(1));
  const deviation = (name: string): number => {
    const array = values.get(`transformer.${name}`)!;
    return Math.sqrt(array.reduce((total, x) => total + x * x, 0) / array.length);
  };

  test('draws σ 0.02, and residual projections σ 0.02 / √(2 · layers)', () => {
    expect(deviation('wte.weight')).toBeCloseTo(0.02, 3);
    expect(deviation('h.0.attn.c_attn.weight')).toBeCloseTo(0.02, 3);
    expect(deviation('h.0.attn.c_proj.weight')).toBeCloseTo(0.005, 3);
    expect(deviation('h.7.mlp.c_proj.weight')).toBeCloseTo(0.005, 3);
  });

  test('starts biases at 0 and gains at 1', () => {
    expect(new Set(values.get('transformer.h.3.ln_2.weight'))).toEqual(new Set([1]));
    expect(new Set(values.get('transformer.h.3.mlp.c_fc.bias'))).toEqual(new Set([0]));
  });

  test('depends on the seed and the name only', () => {
    const backwards = { ...model, parameters: [...model.parameters].reverse() };
    const again = initialise(backwards, Random.fromSeed(1));
    for (const [name, array] of values) expect(again.get(name)).toEqual(array);
    expect(initialise(model, Random.fromSeed(2)).get('transformer.wte.weight')).not.toEqual(
      values.get('transformer.wte.weight'),
    );
  });
});

describe('cost', () => {
  test('arithmetic per token counts matrix products, with the vocabulary and without the look-up', () => {
    const model = buildModel(
      { family: 'gpt2', layers: 4, width: 256, heads: 4, mlpWidth: 1024 },
      { vocabularySize: 8192, context: 256 },
    );
    const matrices = 4 * (256 * 768 + 256 * 256 + 2 * 256 * 1024) + 8192 * 256;
    expect(flopsPerToken(model)).toBe(6 * matrices + 12 * 4 * 256 * 256);
  });

  test('the micro-batch divides the batch, fits the memory, and holds at most 2048 tokens, or 8 MiB of hidden units', () => {
    const wide = { ...config, mlpWidth: 4096 };
    const model = buildModel(wide, { vocabularySize: 13, context: 256 });
    expect(chooseMicroBatch(model, 24, 1e12)).toBe(8);
    expect(chooseMicroBatch(model, 7, 1e12)).toBe(7);
    expect(chooseMicroBatch(model, 11, 1e12)).toBe(1);
    expect(chooseMicroBatch(model, 24, stepBytes(model, 5))).toBe(4);
    const long = buildModel(wide, { vocabularySize: 13, context: 4096 });
    expect(chooseMicroBatch(long, 4, 1e12)).toBe(1);
    const narrow = buildModel({ ...config, mlpWidth: 256 }, { vocabularySize: 13, context: 256 });
    expect(chooseMicroBatch(narrow, 48, 1e12)).toBe(24);
    expect(() => chooseMicroBatch(model, 24, 1000)).toThrow('micro-batch: not enough memory for one window');
  });
});
