import { expect, test } from 'vitest';
import { modelName } from '../../src/model-name.js';

test('models without a name are called by their shape, families other than GPT-2 in front', () => {
  expect(modelName({ family: 'gpt2', layers: 2, width: 48 })).toBe('2x48');
  expect(modelName({ family: 'llama', layers: 4, width: 256 })).toBe('llama-4x256');
});
