/** The tokenizer that a person names on the command line. */
import { AssayError } from '../errors.js';
import { bpeTokenizer } from './bpe-tokenizer.js';
import { bytesTokenizer } from './bytes-tokenizer.js';
import { gpt2Vocabulary } from './gpt2-vocabulary.js';
import { openTokenizer } from './load-tokenizer.js';
import type { Tokenizer } from './tokenizer.js';

/**
 * @param name `bytes`, `gpt2`, or the path of a `tokenizer.json`
 * @throws AssayError for a file that is absent or holds no tokenizer
 */
export function namedTokenizer(name: string): Tokenizer {
  if (name === 'bytes') return bytesTokenizer();
  if (name === 'gpt2') return bpeTokenizer('gpt2', gpt2Vocabulary());
  try {
    return openTokenizer(name);
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    throw new AssayError(error.subject, error.problem, {
      ...error.details,
      fix: 'Give bytes, gpt2, or the path of a tokenizer.json.',
      exitCode: error.exitCode,
      cause: error,
    });
  }
}
