import { describe, expect, test } from 'vitest';
import { parseStudy } from '../../src/load-study.js';
import { buildModel } from '../../src/model/index.js';
import { modelPresets } from '../../src/presets.js';
import type { ModelConfig } from '../../src/records.js';

const studyWith = (model: string): string => `study: models
sources: { text: { path: data.jsonl } }
recipes: { all: natural }
validate: { text: { holdout: 1 %, of: text } }
proxy:
  model: ${model}
  learningRate: 1e-3
  tokens: 1M
  batch: 8
  context: 32
`;

const modelOf = async (model: string): Promise<ModelConfig> =>
  (await parseStudy(studyWith(model), 'study.yaml')).proxy.model;

describe('a model of a study', () => {
  test.each(Object.entries(modelPresets))('may be the preset %s', async (name, config) => {
    expect(await modelOf(name)).toEqual(config);
  });

  test.each<[string, ModelConfig]>([
    ['{ layers: 2, width: 24, heads: 3 }', { family: 'gpt2', layers: 2, width: 24, heads: 3, mlpWidth: 96 }],
    [
      '{ family: gpt-neox, layers: 2, width: 48, heads: 3 }',
      { family: 'gpt-neox', layers: 2, width: 48, heads: 3, mlpWidth: 192, rotaryShare: 0.25 },
    ],
    [
      '{ family: opt, layers: 2, width: 24, heads: 3, mlpWidth: 50 }',
      {
        family: 'opt',
        layers: 2,
        width: 24,
        heads: 3,
        mlpWidth: 50,
        embeddingWidth: 24,
        normFirst: true,
      },
    ],
    [
      '{ family: llama, layers: 2, width: 32, heads: 4, keyValueHeads: 2, tied: true }',
      {
        family: 'llama',
        layers: 2,
        width: 32,
        heads: 4,
        keyValueHeads: 2,
        mlpWidth: 88,
        tied: true,
        rotaryBase: 10_000,
        normEpsilon: 1e-5,
      },
    ],
    [
      '{ family: gemma3, layers: 2, width: 30, heads: 4, headSize: 8, window: 16 }',
      {
        family: 'gemma3',
        layers: 2,
        width: 30,
        heads: 4,
        keyValueHeads: 4,
        headSize: 8,
        mlpWidth: 80,
        queryScalar: 8,
        window: 16,
        globalEvery: 6,
        rotaryBase: 1_000_000,
        localRotaryBase: 10_000,
      },
    ],
  ])('may be the sizes %s', async (text, config) => {
    const model = await modelOf(text);
    expect(model).toEqual(config);
    expect(buildModel(model, { vocabularySize: 31, context: 32 }).parameters.length).toBeGreaterThan(0);
  });

  test.each([
    ['{ family: lama, layers: 2, width: 24, heads: 3 }', '"family" is not valid, expected gpt2, gpt-neox'],
    [
      '{ family: llama, layers: 2, width: 24, heads: 3, window: 4 }',
      '6:59: unknown key "window". It goes with another choice of the options beside it.',
    ],
    [
      '{ family: llama, layers: 2, width: 25, heads: 3 }',
      '6:45: the heads do not divide the width, expected a multiple of heads (3), got 25',
    ],
    [
      '{ family: gemma3, layers: 2, width: 24, heads: 6, keyValueHeads: 4 }',
      '6:75: the key and value heads do not divide the heads, expected a divisor of heads (6), got 4',
    ],
    [
      '{ family: llama, layers: 2, width: 27, heads: 3 }',
      'the rotated dimensions of a head do not form pairs, expected an even number of them, got 9',
    ],
    [
      '{ family: gemma3, layers: 2, width: 24, heads: 6, headSize: 5 }',
      'the rotated dimensions of a head do not form pairs, expected an even number of them, got 5',
    ],
    [
      '{ family: gpt-neox, layers: 2, width: 24, heads: 6 }',
      'the rotated dimensions of a head do not form pairs, expected an even number of them, got 1',
    ],
  ])('is refused as %s', async (text, message) => {
    await expect(modelOf(text)).rejects.toThrow(message);
  });
});
