/** Raw files to `Document`s: one pass, streaming, in the order of `listFiles`. */
import { AssayError } from '../../errors.js';
import type { Document, FilteredRows, MalformedRow, SourceSpec } from '../../records.js';
import { documentId } from '../document-id.js';
import { rowsWhere, sourceCondition } from './conditions.js';
import type { Condition } from './duckdb/messages.js';
import { fieldsOf } from './fields.js';
import { listFiles } from './list-files.js';
import { openBytes } from './open-bytes.js';
import { parquetRows } from './parquet.js';
import { maximumDocumentBytes, type Row } from './reader.js';
import { formatOf } from './readers.js';
import { originName } from './source-root.js';

/** Gives the documents of sources that hold tokens instead of text, which only a later stage can read. */
export interface TokenReader {
  /** Of the tokenizer: it decides the texts. */
  hash: string;
  read(
    name: string,
    source: SourceSpec,
    onMalformed: (row: MalformedRow) => void,
    options: Pick<ReadOptions, 'base' | 'signal'>,
  ): AsyncIterable<Document>;
}

export interface ReadOptions {
  /** Folder that origins are relative to, normally the study's; files outside are named after their source's folder. */
  base?: string;
  /** Longest row or document in bytes; longer ones are malformed. Default 64 MiB. */
  maximumBytes?: number;
  /** Told of rows that the source's `where` leaves out. Rows read = documents + malformed + filtered. */
  onFiltered?: (rows: FilteredRows) => void;
  /** For sources with `tokens`. */
  tokens?: TokenReader;
  /** Aborted: the next document is not read, and the signal's reason is thrown. */
  signal?: AbortSignal;
}

/**
 * Every document of a source. A row that holds no usable text (see the readers), an empty text included, goes to
 * `onMalformed`, which counts it or throws.
 *
 * @param name the source's name in the study
 * @throws AssayError for paths that match nothing, unreadable files, corrupt archives, and tables without the columns
 *   that the source names
 */
export async function* readDocuments(
  name: string,
  source: SourceSpec,
  onMalformed: (row: MalformedRow) => void,
  options: ReadOptions = {},
): AsyncIterable<Document> {
  if (source.tokens !== undefined) {
    if (options.tokens === undefined)
      throw new Error(`source "${name}" holds tokens, and nothing reads them`);
    yield* options.tokens.read(name, source, onMalformed, options);
    return;
  }
  const condition = source.where === undefined ? undefined : await sourceCondition(source.where);
  const columnNames = Object.keys(source.columns ?? {});
  for (const file of await listFiles(source, `source "${name}"`)) {
    const fileName = originName(file, source, options.base);
    for await (const row of rowsOf(file, fileName, source, condition, options)) {
      options.signal?.throwIfAborted();
      const origin = row.line === undefined ? fileName : `${fileName}:${row.line}`;
      if ('reason' in row) onMalformed({ origin, reason: row.reason });
      else if (row.text === '') onMalformed({ origin, reason: 'empty text' });
      else {
        const document: Document = { id: documentId(row.text), source: name, origin, text: row.text };
        const values = row.columns;
        if (values !== undefined)
          document.columns = Object.fromEntries(columnNames.map((column, i) => [column, values[i]!]));
        yield document;
      }
    }
  }
}

function rowsOf(
  file: string,
  name: string,
  source: SourceSpec,
  condition: Condition | undefined,
  options: ReadOptions,
): AsyncIterable<Row> {
  const { maximumBytes = maximumDocumentBytes, onFiltered = () => {}, signal } = options;
  const fields = fieldsOf(source, condition?.fields);
  const format = formatOf(file);
  if (format.kind === 'parquet')
    return parquetRows({ file, name, fields, maximumBytes, onFiltered, ...(condition && { condition }) });
  const { reader, compression } = format;
  if (!reader.hasFields && (fields.columns.length > 0 || condition !== undefined)) {
    throw new AssayError(name, `${reader.format} has no columns`, {
      expected: 'rows with fields, for the `columns:` or `where:` of the source',
      fix: 'Leave these options out, or leave the file out with a glob.',
    });
  }
  const rows = reader.rows(openBytes(file, compression, name, signal), fields, maximumBytes, name);
  return condition === undefined
    ? rows
    : rowsWhere(rows, condition, reader.untyped ?? false, name, onFiltered);
}
