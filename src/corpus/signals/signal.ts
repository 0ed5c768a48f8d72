/** What a signal is: a number or word about one document, measured once, that recipes choose by. */
import type { DocumentText } from './document-text.js';

export type SignalType = 'DOUBLE' | 'BIGINT' | 'VARCHAR' | 'BOOLEAN';

/** Null: not measurable on this document (a share of nothing, say). */
export type SignalValue = number | string | boolean | null;

/** One column of the signal tables, as a reader of `where:` must know it. */
export interface SignalColumn {
  name: string;
  type: SignalType;
  /** `share of characters`, `words`, `nats per word`; `none` for a label. */
  unit: string;
  /** `0 to 1`, `0 and up`, or the labels. */
  range: string;
  /** Paper, tool or standard that defines it. */
  source: string;
  /** One sentence. */
  meaning: string;
  /**
   * SQL over other columns of the same source, for a column that is not stored (a percentile of a stored one).
   * Window functions over the whole source are allowed here.
   */
  derived?: string;
}

/** Signals that are measured together, and stored in a file of their own beside the documents. */
export interface SignalGroup {
  /** Of its file: letters, digits and `-`, such as `repetition-dclm`. */
  name: string;
  /** Raised when the same text would give another value. */
  version: number;
  /** What else decides the values: the hash of a language model, say. */
  inputs?: string;
  /** Empty for a group that stores bytes only. Derived columns come after the stored ones. */
  columns: readonly SignalColumn[];
  /** Bytes a document in `<name>.bin`, for what is no column (a MinHash signature); absent: none. */
  binaryBytes?: number;
  /** Called once in each worker thread. */
  open(): Promise<Measure>;
}

/** Values of the stored columns in their order; and the bytes, for a group that has them. */
export type Measure = (text: DocumentText) => { values: SignalValue[]; bytes?: Uint8Array };
