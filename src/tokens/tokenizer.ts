/** What every tokenizer does: text to ids and back, with no special token hidden in text. */
import type { TokenizerSpec } from '../records.js';

export interface Tokenizer {
  spec: TokenizerSpec;
  /** 64 hex digits over the pattern and the byte string of every token: equal hashes encode equally. */
  hash: string;
  /** Ids are 0 … vocabularySize − 1, end-of-text included. */
  vocabularySize: number;
  /** Id of the token that ends a document; in the vocabularies of Assay `<|endoftext|>`, the last one. */
  endOfText: number;
  /**
   * Ids of a text, without added special tokens. The names of special tokens inside it (`<|endoftext|>`) are ordinary
   * text: this never gives `endOfText`.
   */
  encode(text: string): Uint32Array;
  /**
   * The text that ids stand for; special tokens stand for nothing, bytes that are not UTF-8 become U+FFFD. It is the
   * text that was encoded, unless the tokenizer is of a kind that changes text (lower case, white space).
   */
  decode(ids: Iterable<number>): string;
  /** Bytes that each id stands for, 0 for special tokens; length `vocabularySize`. */
  tokenByteLengths: Uint32Array;
  /**
   * Whether the lengths of a text's tokens add up to its bytes. Where not, they are weights: a token's share of the
   * bytes of its document.
   */
  exactByteLengths: boolean;
  /** Frees memory outside the JavaScript heap; the tokenizer cannot be used afterwards. */
  dispose(): void;
}

export const endOfTextName = '<|endoftext|>';

/**
 * A byte-level vocabulary: the byte string of each id but end-of-text, in id order, one character (U+0000 … U+00FF) a
 * byte. The id is the merge rank: a lower id is merged first.
 */
export type Vocabulary = string[];
