/** Results files of any layout to runs: read, map, collect. */
import { listFiles } from '../corpus/index.js';
import { AssayError } from '../errors.js';
import type { TrainedRuns } from '../ranking/index.js';
import { RunCollector } from './collect.js';
import { type Columns, findColumns, hyperparametersOf } from './columns.js';
import type { Mapping } from './mapping.js';
import { rowsOf } from './read/rows.js';
import { readRow } from './read-row.js';

export interface ImportOptions {
  mapping: Mapping;
  /** Called for a row that cannot be used; default: throws, naming file and row. */
  onBadRow?: (origin: string, reason: string) => void;
}

export interface ImportedRuns {
  trained: TrainedRuns;
  files: string[];
  /** Rows read, the bad ones included. */
  rows: number;
  /** Values kept; a row that repeats an earlier one word for word adds none. */
  points: number;
}

/**
 * @param paths files, folders or globs
 * @throws AssayError naming the file (and row) for what cannot be read, or if there is no usable row
 */
export async function importRuns(
  paths: readonly string[],
  { mapping, onBadRow = failOnBadRow }: ImportOptions,
): Promise<ImportedRuns> {
  const files = await listFiles({ paths: [...paths], text: '' }, 'import');
  const collector = new RunCollector();
  let rows = 0;
  for (const file of files) {
    let columns: Columns | undefined;
    let hyperparameters: string[] = [];
    for await (const raw of rowsOf(file)) {
      rows++;
      if ('fields' in raw && columns === undefined) {
        columns = findColumns(raw.fields, mapping, file);
        hyperparameters = hyperparametersOf(columns);
      }
      const read = 'fields' in raw ? readRow(raw.fields, columns!, hyperparameters) : raw;
      const reason = 'reason' in read ? read.reason : collector.add(read);
      if (reason !== undefined) onBadRow(`${file}:${raw.row}`, reason);
    }
  }
  if (collector.points === 0)
    throw new AssayError('import', 'no run', {
      expected: 'at least one usable row',
      got: `${rows} rows, none of use`,
    });
  return { trained: collector.finish(mapping), files, rows, points: collector.points };
}

function failOnBadRow(origin: string, reason: string): never {
  const fix = reason.startsWith('measured twice')
    ? 'Map the field that tells the runs apart (a hyperparameter, the seed) with `--column name=field`, or leave such rows out with `--skip-bad-rows`.'
    : 'Correct the row, or leave such rows out and count them with `--skip-bad-rows`.';
  throw new AssayError(origin, reason, { fix });
}
