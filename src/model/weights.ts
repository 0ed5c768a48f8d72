/** Weights of a model for graphs of a shorter context, and the check that every token has an embedding. */
import { AssayError } from '../errors.js';
import { sizeOf } from '../graph/index.js';
import type { Model } from './model.js';

/**
 * The arrays that a graph of `model` takes, by name. A longer table of learned positions gives its first rows, so that
 * the weights of a model fit the same model with a shorter context.
 * @throws AssayError for a parameter that is missing or too short
 */
export function weightFeeds(
  model: Model,
  parameters: ReadonlyMap<string, Float32Array>,
): Record<string, Float32Array> {
  return Object.fromEntries(
    model.parameters.map(({ name, shape }) => {
      const length = sizeOf(shape);
      const values = parameters.get(name);
      if (values === undefined || values.length < length) {
        throw new AssayError(`parameter "${name}"`, 'does not fit the model', {
          expected: `${length} values`,
          got: values === undefined ? 'none' : String(values.length),
        });
      }
      return [name, values.subarray(0, length)];
    }),
  );
}

/** @throws AssayError about `subject` for an id that is not in the vocabulary */
export function requireKnownTokens(subject: string, tokens: Uint32Array, vocabularySize: number): void {
  const largest = tokens.reduce((max, id) => Math.max(max, id), 0);
  if (largest < vocabularySize) return;
  throw new AssayError(subject, 'token that the model does not know', {
    expected: `ids below ${vocabularySize}`,
    got: String(largest),
    fix: 'Give the tokenizer that the model was trained with.',
  });
}
