/** Raw files to `Document`s: one pass, streaming, in the order of `listFiles`. */
import type { Document, MalformedRow, SourceSpec } from '../../records.js';
import { documentId } from '../document-id.js';
import { listFiles } from './list-files.js';
import { openBytes } from './open-bytes.js';
import { maximumDocumentBytes } from './reader.js';
import { formatOf } from './readers.js';
import { originName } from './source-root.js';

export interface ReadOptions {
  /** Folder that origins are relative to, normally the study's; files outside are named after their source's folder. */
  base?: string;
  /** Longest row or document in bytes; longer ones are malformed. Default 64 MiB. */
  maximumBytes?: number;
  /** Aborted: the next document is not read, and the signal's reason is thrown. */
  signal?: AbortSignal;
}

/**
 * Every document of a source. A row that holds no usable text (see the readers), an empty text included, goes to
 * `onMalformed`, which counts it or throws.
 *
 * @param name the source's name in the study
 * @throws AssayError for paths that match nothing, unreadable files and corrupt archives
 */
export async function* readDocuments(
  name: string,
  source: SourceSpec,
  onMalformed: (row: MalformedRow) => void,
  options: ReadOptions = {},
): AsyncIterable<Document> {
  const maximumBytes = options.maximumBytes ?? maximumDocumentBytes;
  for (const file of await listFiles(source, `source "${name}"`)) {
    const { reader, gzip } = formatOf(file);
    const fileName = originName(file, source, options.base);
    const bytes = openBytes(file, gzip, fileName);
    for await (const row of reader.rows(bytes, source.text, maximumBytes)) {
      options.signal?.throwIfAborted();
      const origin = row.line === undefined ? fileName : `${fileName}:${row.line}`;
      if ('reason' in row) onMalformed({ origin, reason: row.reason });
      else if (row.text === '') onMalformed({ origin, reason: 'empty text' });
      else yield { id: documentId(row.text), source: name, origin, text: row.text };
    }
  }
}
