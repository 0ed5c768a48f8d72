/** The documents of a source as columns: what its corpus store and its token store say about each, in store order. */
import { join } from 'node:path';
import { lengthColumns } from '../corpus/index.js';
import type { CorpusStore, DocumentRow, TokenStore } from '../records.js';
import { readColumns } from '../store/index.js';

type NumberColumn = 'copy' | (typeof lengthColumns)[number] | 'tokens' | 'offset';

/** Element i of each column is document i. Offsets are exact up to 2^53. */
export interface DocumentTable extends Record<NumberColumn, Float64Array> {
  documents: number;
  id: string[];
  origin: string[];
}

/** All documents of a source: about 150 bytes each. */
export async function readDocumentTable(corpus: CorpusStore, store: TokenStore): Promise<DocumentTable> {
  const measured = await readColumns(join(corpus.folder, 'documents.parquet'), {
    numbers: ['copy', ...lengthColumns],
    texts: ['id', 'origin'],
  });
  const tokenized = await readColumns(join(store.folder, 'tokens.parquet'), {
    numbers: ['tokens', 'offset'],
  });
  const { rows: documents, ...columns } = { ...tokenized, ...measured };
  return { documents, ...columns };
}

/** The same as records, for stores of moderate size. */
export async function readDocumentRows(corpus: CorpusStore, store: TokenStore): Promise<DocumentRow[]> {
  const { documents, ...columns } = await readDocumentTable(corpus, store);
  return Array.from(
    { length: documents },
    (_, i) =>
      Object.fromEntries(
        Object.entries(columns).map(([name, column]) => [name, column[i]]),
      ) as unknown as DocumentRow,
  );
}
