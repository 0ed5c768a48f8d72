/** What every tokenizer does: text to ids and back, exactly, with no special token hidden in text. */
import type { TokenizerSpec } from '../records.js';

export interface Tokenizer {
  spec: TokenizerSpec;
  /** 64 hex digits over the pattern and the byte string of every token: equal hashes encode equally. */
  hash: string;
  /** Ids are 0 … vocabularySize − 1, end-of-text included. */
  vocabularySize: number;
  /** Id of `<|endoftext|>`, the last one. */
  endOfText: number;
  /** Ids of a text. The characters `<|endoftext|>` inside it are ordinary text: this never gives `endOfText`. */
  encode(text: string): Uint32Array;
  /** The text that ids stand for; end-of-text stands for nothing, bytes that are not UTF-8 become U+FFFD. */
  decode(ids: Iterable<number>): string;
  /** Bytes that each id stands for, 0 for end-of-text; length `vocabularySize`. */
  tokenByteLengths: Uint32Array;
  /** Frees memory outside the JavaScript heap; the tokenizer cannot be used afterwards. */
  dispose(): void;
}

export const endOfTextName = '<|endoftext|>';

/**
 * A byte-level vocabulary: the byte string of each id but end-of-text, in id order, one character (U+0000 … U+00FF) a
 * byte. The id is the merge rank: a lower id is merged first.
 */
export type Vocabulary = string[];
