/** What validation and recipes read of a source's documents. */
import type { DocumentTable } from '../tokens/index.js';

/** A column each; row i is document i of the store. */
export type DocumentColumns = Pick<DocumentTable, 'id' | 'copy' | 'tokens' | 'offset'> & {
  /** Label of the cluster of near duplicates that a document is in; undefined: each content is a cluster of its own. */
  cluster?: readonly string[];
};
