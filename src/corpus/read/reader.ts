/** What every reader does: bytes of one file in, rows out. Compression is peeled off before. */

/** A text, or the reason why there is none. `line` counts from 1 and is absent when the file is one document. */
export type Row = { line?: number; text: string } | { line?: number; reason: string };

export interface Reader {
  /** The name used in messages. */
  format: string;
  /**
   * Streams the rows of one file in memory bounded by `maximumBytes`. It never throws for what the bytes hold: a row
   * that cannot be read is a row with a reason.
   *
   * @param field name of the field that holds the text, for formats that have fields
   * @param maximumBytes longest row or document
   */
  rows(bytes: AsyncIterable<Buffer>, field: string, maximumBytes: number): AsyncIterable<Row>;
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
