/** From a configuration to a model: the one place that knows all families. */
import { AssayError, ExitCode } from '../errors.js';
import type { ModelConfig } from '../records.js';
import { gpt2 } from './gpt2.js';
import type { Model, ModelSizes } from './model.js';

/**
 * @throws AssayError when sizes are not positive whole numbers, or the heads do not divide the width
 */
export function buildModel(config: ModelConfig, sizes: ModelSizes): Model {
  const { family, ...lengths } = config;
  for (const [name, length] of Object.entries({ ...lengths, ...sizes })) {
    if (!Number.isInteger(length) || length < 1) {
      throw new AssayError(`model ${family}`, `bad ${name}`, {
        expected: 'a positive whole number',
        got: String(length),
        exitCode: ExitCode.study,
      });
    }
  }
  if (config.width % config.heads !== 0) {
    throw new AssayError(`model ${family}`, 'heads do not divide the width', {
      expected: `a divisor of ${config.width}`,
      got: String(config.heads),
      exitCode: ExitCode.study,
    });
  }
  switch (family) {
    case 'gpt2':
      return gpt2(config, sizes);
    default:
      return family satisfies never;
  }
}
