import { expect, test } from 'vitest';
import { buildModel, countParameters, type Preset, type PresetName, presets } from '../../src/model/index.js';
import { readFixture } from './parity-fixtures.js';

/** Public figures; the others of the fixture are the library's for the published sizes. */
const published: Partial<Record<PresetName, number>> = {
  'gpt2-small': 124_439_808,
  'gpt2-medium': 354_823_168,
  'gpt2-large': 774_030_080,
  'gpt2-xl': 1_557_611_200,
  'pythia-14m': 14_067_712,
  'pythia-31m': 30_494_720,
  'pythia-70m': 70_426_624,
  'pythia-160m': 162_322_944,
  'pythia-410m': 405_334_016,
  'pythia-1b': 1_011_781_632,
  'opt-125m': 125_239_296,
  'opt-350m': 331_196_416,
  'gemma3-270m': 268_098_176,
};

const counted = readFixture<Record<PresetName, Preset & { parameters: number }>>('presets');

test('every preset is counted', () => {
  expect(Object.keys(counted).sort()).toEqual(Object.keys(presets).sort());
});

test.each(Object.entries(counted))('%s has the parameters that the library counts', (name, fixture) => {
  const { config, sizes } = presets[name as PresetName];
  expect({ config, sizes }).toEqual({ config: fixture.config, sizes: fixture.sizes });
  expect(countParameters(buildModel(config, sizes))).toBe(fixture.parameters);
  expect(fixture.parameters).toBe(published[name as PresetName] ?? fixture.parameters);
});

test('TinyLlama 1M has 1.3 M parameters beside its embeddings', () => {
  const { config, sizes } = presets['tinyllama-1m'];
  const tables = 2 * sizes.vocabularySize * config.width;
  expect(countParameters(buildModel(config, sizes)) - tables).toBe(1_312_000);
});
