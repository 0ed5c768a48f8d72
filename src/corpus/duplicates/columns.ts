/** The columns that `clusterDuplicates` gives, as a reader of `where:` must know them. */
import type { SignalColumn } from '../signals/signal.js';

const source =
  'MinHash-LSH on word 5-grams, 14 bands of 8 rows as in FineWeb (Penedo et al. 2024), pairs verified';

export const duplicateColumns: SignalColumn[] = [
  {
    name: 'near_cluster',
    type: 'VARCHAR',
    unit: 'none',
    range: '32 hex digits',
    source,
    meaning:
      'The cluster of near duplicates (estimated Jaccard similarity of 0.75 or more, over all sources) that the document is in, named by its least document id.',
  },
  {
    name: 'near_size',
    type: 'BIGINT',
    unit: 'documents',
    range: '1 and up',
    source,
    meaning: 'Documents of that cluster over all sources, exact copies and the document itself included.',
  },
  {
    name: 'near_rank',
    type: 'BIGINT',
    unit: 'documents',
    range: '0 and up',
    source,
    meaning:
      'Documents of that cluster that come before it in its own source: 0 keeps one document of every cluster and source.',
  },
  {
    name: 'copies',
    type: 'BIGINT',
    unit: 'documents',
    range: '1 and up',
    source: 'equal SHA-256 of the text',
    meaning: 'Documents of its source with exactly its text, itself included.',
  },
];
