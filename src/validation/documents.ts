/** What validation and recipes read of a source's documents: a column each, row i = the i-th document of its store. */
export interface DocumentTable {
  id: readonly string[];
  /** 0 for the first document of the source with this content, 1 for the second, … */
  copy: ArrayLike<number>;
  /** Tokens without the end-of-text token that follows each document. */
  tokens: ArrayLike<number>;
  /** Index of the first token in `tokens.bin`. */
  offset: ArrayLike<number>;
}
