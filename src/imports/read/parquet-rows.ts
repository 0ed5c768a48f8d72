/** Parquet results, a row group at a time. */
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { decompress } from 'fzstd';
import { asyncBufferFromFile, type Compressors, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { AssayError } from '../../errors.js';
import { explainSystemError } from '../../store/index.js';
import type { RawRow } from './raw-row.js';

const compressors: Compressors = {
  GZIP: (bytes) => gunzipSync(bytes),
  ZSTD: (bytes) => decompress(bytes),
  BROTLI: (bytes) => brotliDecompressSync(bytes),
};

/** @throws AssayError for a file that is no Parquet, or damaged: there is no telling which of its rows are sound */
export async function* parquetRows(path: string): AsyncIterable<RawRow> {
  const opened = await asyncBufferFromFile(path).catch((error) => {
    throw explainSystemError(error, path, 'cannot be read');
  });
  let row = 0;
  try {
    const metadata = await parquetMetadataAsync(opened);
    for (const group of metadata.row_groups) {
      const rowEnd = row + Number(group.num_rows);
      const objects = await parquetReadObjects({
        ...{ file: opened, metadata, compressors },
        ...{ rowStart: row, rowEnd },
      });
      for (const fields of objects) yield { row: ++row, fields };
    }
  } catch (cause) {
    throw new AssayError(row === 0 ? path : `${path}:${row}`, 'not a Parquet file that can be read', {
      got: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
}
