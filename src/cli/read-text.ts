/** A text file that a command was given. */
import { readFileSync } from 'node:fs';
import { AssayError } from '../errors.js';
import { readingSync } from '../store/index.js';

/** @throws AssayError when it cannot be read or is not UTF-8 */
export function readText(path: string): string {
  const bytes = readingSync(path, () => readFileSync(path));
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new AssayError(path, 'not a text', { expected: 'UTF-8', cause });
  }
}
