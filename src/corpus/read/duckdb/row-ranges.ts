/**
 * A Parquet file is read by whole row groups, some at a time: a query over all of them would hold two large ones at
 * once, and a file that fails would not say near which row.
 */
import type { DuckDBConnection } from '@duckdb/node-api';
import { sqlString } from '../../../store/index.js';

/** Rows `first` to `last`, from 0, both included. */
export interface RowRange {
  first: number;
  last: number;
}

/** Row groups are joined up to these many bytes, uncompressed. */
const bytesPerRange = 32e6;

export async function rowRanges(connection: DuckDBConnection, file: string): Promise<RowRange[]> {
  const groups = await connection.runAndReadAll(
    `SELECT row_group_id, any_value(row_group_num_rows)::DOUBLE, sum(total_uncompressed_size)::DOUBLE
     FROM parquet_metadata(${sqlString(file)}) GROUP BY row_group_id ORDER BY row_group_id`,
  );
  const ranges: RowRange[] = [];
  let first = 0;
  let next = 0;
  let held = 0;
  for (const [, rows, bytes] of groups.getRowsJS() as [unknown, number, number][]) {
    next += rows;
    held += bytes;
    if (held < bytesPerRange) continue;
    ranges.push({ first, last: next - 1 });
    first = next;
    held = 0;
  }
  // Open at the end: what the file holds is what counts, whatever its header says.
  ranges.push({ first, last: Number.MAX_SAFE_INTEGER });
  return ranges;
}
