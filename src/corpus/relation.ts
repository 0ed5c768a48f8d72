/** SQL over the signal tables of a source: the columns that are asked for, with the number of each row. */
import { openDuckDb, sqlName, sqlString } from '../store/index.js';
import type { SignalTable } from './signal-tables.js';

/** Most memory that a query over the documents of a source may take. */
const memoryBytes = 2 ** 29;

/** Name of the column with a row's number, from 0, in the query of `signalRows`. */
export const rowColumn = '_row';

/** The columns of all tables with their types; where two tables have one of the same name, the first counts. */
export function signalColumns(tables: readonly SignalTable[]): SignalTable['columns'][number][] {
  const columns = new Map<string, SignalTable['columns'][number]>();
  for (const column of tables.flatMap((table) => table.columns))
    if (!columns.has(column.name)) columns.set(column.name, column);
  return [...columns.values()];
}

/**
 * A query that gives `rowColumn` and `wanted`. The files have equal rows in the same order, so they are joined by
 * position; a derived column is computed once over all rows, after those that it is made from.
 */
export function signalRows(tables: readonly SignalTable[], wanted: readonly string[]): string {
  const columns = signalColumns(tables);
  const needed = new Set(wanted);
  // From the last to the first: a derived column is made from columns before it.
  for (const { name, derived } of [...columns].reverse()) {
    if (derived === undefined || !needed.has(name)) continue;
    for (const other of columns) if (names(derived, other.name)) needed.add(other.name);
  }
  const taken = new Set<string>();
  const files = tables.flatMap(({ path, columns: own }, t) => {
    const stored = own.filter(
      ({ name, derived }) => derived === undefined && needed.has(name) && !taken.has(name),
    );
    for (const { name } of stored) taken.add(name);
    const selected = stored.map(({ name }) => sqlName(name));
    if (t === 0) selected.push(`file_row_number AS ${rowColumn}`);
    if (selected.length === 0) return [];
    const read = `read_parquet(${sqlString(path)}, file_row_number = ${t === 0})`;
    return [`(SELECT ${selected.join(', ')} FROM ${read}) AS t${t}`];
  });
  let query = `SELECT * FROM ${files.join(' POSITIONAL JOIN ')}`;
  for (const { name, derived } of columns) {
    if (derived !== undefined && needed.has(name))
      query = `SELECT *, ${derived} AS ${sqlName(name)} FROM (${query})`;
  }
  return query;
}

function names(sql: string, column: string): boolean {
  const escaped = column.replace(/[^A-Za-z0-9_]/g, '\\$&');
  return new RegExp(`(?<![A-Za-z0-9_])${escaped}(?![A-Za-z0-9_])`, 'i').test(sql);
}

/** A database that may read these tables and nothing else. */
export function openSignals(tables: readonly SignalTable[]) {
  return openDuckDb({ files: tables.map(({ path }) => path), memoryBytes });
}
