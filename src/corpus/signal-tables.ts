/** A source once it has been measured: its documents, and the tables of all that is known about them. */
import type { CorpusStore } from '../records.js';
import type { SignalColumn } from './signals/index.js';

/** What a source says about its own columns is their name and type alone. */
export type TableColumn = Pick<SignalColumn, 'name' | 'type' | 'derived'> &
  Partial<Pick<SignalColumn, 'unit' | 'meaning'>>;

/** A Parquet file of signals: its rows are the documents of a source, in store order. */
export interface SignalTable {
  path: string;
  /** Derived columns too: they are no columns of the file. */
  columns: readonly TableColumn[];
}

export interface MeasuredSource {
  corpus: CorpusStore;
  /** All that is known about its documents, without their tokens. */
  signals: SignalTable[];
  /** Path of the documents' near-duplicate clusters, one row a document. */
  duplicates: string;
}
