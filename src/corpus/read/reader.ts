/** What every reader does: one file in, rows out in their order. */
import type { ColumnValue } from '../../records.js';
import type { Fields } from './fields.js';

/** A text, or the reason why there is none. */
export type Row = ({ text: string } | { reason: string }) & {
  /** From 1; absent when the file is one document. */
  line?: number;
  /** Values of `Fields.columns`, in their order. */
  columns?: ColumnValue[];
  /** Values of `Fields.condition`; absent for a row that could not be taken apart. */
  condition?: ColumnValue[];
};

/** Reads a format from bytes. Compression is peeled off before. */
export interface Reader {
  /** The name used in messages. */
  format: string;
  /** False for a format whose rows have no fields: there is nothing to name or to choose by. */
  hasFields: boolean;
  /** Whether values of `Row.condition` are texts as they stand, of which some may mean a number. */
  untyped?: boolean;
  /**
   * Streams the rows of one file in memory bounded by `maximumBytes`. What the bytes of a row hold is never an
   * exception: a row that cannot be read is a row with a reason.
   *
   * @param maximumBytes longest row or document
   * @param name of the file, for errors
   * @throws AssayError when no row of the file can be read, such as a table without the column of the text
   */
  rows(bytes: AsyncIterable<Buffer>, fields: Fields, maximumBytes: number, name: string): AsyncIterable<Row>;
}

/** Longest row or document, in bytes. A longer one is malformed: it is more likely a broken file than a text. */
export const maximumDocumentBytes = 64 * 1024 * 1024;

/** Drops the byte-order mark that some editors put before UTF-8. */
export function withoutMark(bytes: Buffer): Buffer {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

export function megabytes(bytes: number): string {
  return bytes >= 1e6 ? `${Math.round(bytes / 1e6)} MB` : `${bytes} bytes`;
}
