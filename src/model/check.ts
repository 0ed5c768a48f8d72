/** Refuses configurations that make no model. */
import { AssayError, ExitCode } from '../errors.js';
import type { ModelConfig } from '../records.js';
import { rotaryDimensions } from './gpt-neox.js';
import type { ModelSizes } from './model.js';

/** What is a number but no count. */
const fractions = new Set(['rotaryShare', 'rotaryBase', 'localRotaryBase', 'normEpsilon', 'queryScalar']);

/**
 * @throws AssayError when a size is not a positive whole number, heads do not divide, or a rotation has no pairs
 */
export function requireSizes(config: ModelConfig, sizes: ModelSizes): void {
  const bad = (problem: string, expected: string, got: number): AssayError =>
    new AssayError(`model ${config.family}`, problem, {
      expected,
      got: String(got),
      exitCode: ExitCode.study,
    });
  for (const [name, value] of Object.entries({ ...config, ...sizes })) {
    if (typeof value !== 'number') continue;
    if (fractions.has(name)) {
      if (!(value > 0 && value < Infinity)) throw bad(`bad ${name}`, 'a positive number', value);
    } else if (!Number.isInteger(value) || value < 1) {
      throw bad(`bad ${name}`, 'a positive whole number', value);
    }
  }
  const { width, heads } = config;
  if (!('headSize' in config) && width % heads !== 0) {
    throw bad('heads do not divide the width', `a divisor of ${width}`, heads);
  }
  if ('rotaryShare' in config && config.rotaryShare > 1) {
    throw bad('bad rotaryShare', 'at most 1', config.rotaryShare);
  }
  if ('keyValueHeads' in config && heads % config.keyValueHeads !== 0) {
    throw bad('keyValueHeads do not divide the heads', `a divisor of ${heads}`, config.keyValueHeads);
  }
  const rotated = rotatedDimensions(config);
  if (rotated !== undefined && !(rotated >= 2 && rotated % 2 === 0)) {
    throw bad('the rotated dimensions of a head do not form pairs', 'an even number', rotated);
  }
}

/** Dimensions of a head that rotate with the position; undefined for learned positions. */
function rotatedDimensions(config: ModelConfig): number | undefined {
  switch (config.family) {
    case 'gpt-neox':
      return rotaryDimensions(config);
    case 'llama':
      return config.width / config.heads;
    case 'gemma3':
      return config.headSize;
    default:
      return undefined;
  }
}
