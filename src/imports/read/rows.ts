/** The rows of a results file, by the end of its name. */
import { openBytes, peel } from '../../corpus/index.js';
import { AssayError } from '../../errors.js';
import { csvRows } from './csv-rows.js';
import { jsonLinesRows, jsonRows } from './json-rows.js';
import { parquetRows } from './parquet-rows.js';
import type { RawRow } from './raw-row.js';

/** @throws AssayError for a format without a reader, and for a file of which no row can be read */
export function rowsOf(path: string): AsyncIterable<RawRow> {
  const { name, compression } = peel(path);
  const extension = name.slice(name.lastIndexOf('.') + 1);
  const bytes = () => openBytes(path, compression, path);
  switch (extension) {
    case 'csv':
      return csvRows(bytes(), ',', path);
    case 'tsv':
      return csvRows(bytes(), '\t', path);
    case 'jsonl':
    case 'ndjson':
      return jsonLinesRows(bytes());
    case 'json':
      return jsonRows(bytes(), path);
    case 'parquet':
      if (compression === 'none') return parquetRows(path);
  }
  throw new AssayError(path, 'no reader for this format', {
    expected: '.parquet; or .csv, .tsv, .jsonl, .ndjson or .json, each optionally with .gz or .zst',
  });
}
