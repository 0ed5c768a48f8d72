/** The documents of an array of tokens that only end-of-text tokens divide, as in the files of OLMo and dolma. */
import { TokenFiles } from '../token-files.js';
import type { TokenArray } from './npy.js';

/** Tokens in memory at once. */
const blockTokens = 1 << 20;

/**
 * First token, counted from the first byte of the file, and number of tokens of each document with its end-of-text;
 * what follows the last end-of-text is a document without one.
 */
export function* rangesBetween(
  array: TokenArray,
  endOfText: number,
): Iterable<{ first: number; tokens: number }> {
  const files = new TokenFiles(
    [array.path].map((path) => ({ path })),
    array.tokenBytes,
  );
  try {
    const end = array.first + array.tokens;
    let first = array.first;
    for (let at = array.first; at < end; at += blockTokens) {
      const block = new Uint32Array(Math.min(blockTokens, end - at));
      files.read(at, block);
      for (let i = block.indexOf(endOfText); i >= 0; i = block.indexOf(endOfText, i + 1)) {
        yield { first, tokens: at + i + 1 - first };
        first = at + i + 1;
      }
    }
    if (first < end) yield { first, tokens: end - first };
  } finally {
    files.close();
  }
}
