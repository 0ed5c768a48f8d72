/** Windows of tokens as derivatives of the loss take them. */
import { AssayError } from '../errors.js';
import type { Model } from './model.js';
import { requireKnownTokens } from './weights.js';

/**
 * How many windows there are.
 * @param windows [n, context + 1]
 * @throws AssayError unless they are whole windows, at least one, of tokens in the vocabulary
 */
export function countWindows({ context, vocabularySize }: Model, windows: Int32Array): number {
  const count = windows.length / (context + 1);
  if (count === 0 || !Number.isInteger(count)) {
    throw new AssayError('windows', 'not whole', {
      expected: `a multiple of ${context + 1} tokens`,
      got: String(windows.length),
    });
  }
  requireKnownTokens('windows', new Uint32Array(windows), vocabularySize);
  return count;
}
