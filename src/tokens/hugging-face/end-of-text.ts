/** Which token of a foreign tokenizer ends a document. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AssayError, ExitCode } from '../../errors.js';
import { readJson } from '../../store/index.js';

/** The file beside a tokenizer.json that says what its tokens are for. */
export const configurationName = 'tokenizer_config.json';

/** What published tokenizers call it, the more telling names first. */
const names = [
  '<|endoftext|>',
  '<|end_of_text|>',
  '<｜end▁of▁sentence｜>',
  '</s>',
  '<eos>',
  '<|eos|>',
  '[EOS]',
  '<EOS>',
  '[SEP]',
];

/**
 * @param path of the tokenizer.json; a `tokenizer_config.json` beside it may name the token as `eos_token`
 * @param given by the user
 * @throws AssayError when no token can be found, or the given one is not in the vocabulary
 */
export function endOfTextOf(path: string, ids: ReadonlyMap<string, number>, given?: string): string {
  const name = given ?? namedBeside(path, ids) ?? names.find((candidate) => ids.has(candidate));
  if (name !== undefined && ids.has(name)) return name;
  const exitCode = ExitCode.study;
  const fix = 'Name it: tokenizer: { file: tokenizer.json, endOfText: "</s>" }.';
  if (name !== undefined) {
    throw new AssayError(path, `no token ${JSON.stringify(name)}`, {
      expected: 'the end-of-text token to be in the vocabulary',
      fix,
      exitCode,
    });
  }
  throw new AssayError(path, 'no end-of-text token', { expected: names.join(', '), fix, exitCode });
}

/** A name that the vocabulary does not hold is of another tokenizer, and counts for nothing. */
function namedBeside(path: string, ids: ReadonlyMap<string, number>): string | undefined {
  const beside = join(dirname(path), configurationName);
  if (!existsSync(beside)) return undefined;
  const token = readJson<{ eos_token?: string | { content?: string } } | null>(beside)?.eos_token;
  const name = typeof token === 'object' ? token?.content : token;
  return typeof name === 'string' && ids.has(name) ? name : undefined;
}
