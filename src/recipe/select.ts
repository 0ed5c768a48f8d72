/**
 * Which documents of a source each recipe keeps, and why it drops the others: every condition is evaluated once over
 * the signals, so a threshold that changes costs no look at the text.
 */
import type { DuckDBConnection } from '@duckdb/node-api';
import { parseCondition } from '../conditions/index.js';
import { openSignals, rowColumn, signalColumns, signalRows } from '../corpus/index.js';
import { AssayError } from '../errors.js';
import { sqlName } from '../store/index.js';
import { DropCounts, excluded, type SelectableSource, type Selection } from './drop-counts.js';

/** Conditions of all lists that are evaluated in one scan; more take another. */
const conditionsPerScan = 256;

/**
 * @param lists each a recipe's conditions in the order in which drops are counted: a document is dropped by the first
 *   exclusion or condition that is not true for it
 * @returns one selection a list
 * @throws AssayError for a condition that the tables cannot answer or that fails on a row, such as a CAST of text that
 *   is no number
 */
export async function selectDocuments(
  source: SelectableSource,
  lists: readonly (readonly string[])[],
): Promise<Selection[]> {
  const base = excluded(source);
  const counts = lists.map((list) => new DropCounts(source, base, list));
  const all = [...new Set(lists.flat())];
  if (all.length === 0) return counts.map((count) => count.selection([]));

  const columns = await columnsOf(source, all);
  const connection = await openSignals(source.tables);
  try {
    for (const scan of scans(counts)) await evaluate(connection, source, columns, scan);
  } catch (cause) {
    if (cause instanceof AssayError) throw cause;
    const problem = String((cause as Error).message).split('\n')[0]!;
    throw new AssayError(`source "${source.source}"`, `a condition cannot be evaluated: ${problem}`, {
      fix: 'If a CAST fails on some documents, TRY_CAST gives null there.',
      cause,
    });
  } finally {
    connection.closeSync();
  }
  return counts.map((count) =>
    count.selection(count.list.map((condition) => nullReason(condition, columns))),
  );
}

/** The columns that each condition reads. */
async function columnsOf(
  { source, tables }: SelectableSource,
  conditions: readonly string[],
): Promise<Map<string, string[]>> {
  const known = signalColumns(tables);
  const columns = new Map<string, string[]>();
  for (const condition of conditions) {
    const parsed = await parseCondition(condition, known).catch((cause: Error) => {
      throw cause instanceof AssayError
        ? new AssayError(`source "${source}", ${cause.subject}`, cause.problem, { ...cause.details, cause })
        : cause;
    });
    columns.set(condition, parsed.columns);
  }
  return columns;
}

/** Lists grouped so that each group has no more conditions than one scan evaluates. */
function scans(counts: readonly DropCounts[]): DropCounts[][] {
  const groups: DropCounts[][] = [];
  let conditions = 0;
  for (const count of counts.filter(({ list }) => list.length > 0)) {
    conditions += count.list.length;
    if (groups.length > 0 && conditions <= conditionsPerScan) {
      groups.at(-1)!.push(count);
    } else {
      groups.push([count]);
      conditions = count.list.length;
    }
  }
  return groups;
}

/** Code of the first condition that is not true: 0 for none, 2c + 1 where condition c is false, 2c + 2 where it is null. */
function codeOf(list: readonly string[], truths: ReadonlyMap<string, string>): string {
  const cases = list.map((condition, c) => {
    const truth = truths.get(condition)!;
    return `WHEN NOT ${truth} THEN ${2 * c + 1} WHEN ${truth} IS NULL THEN ${2 * c + 2}`;
  });
  return `CAST(CASE ${cases.join(' ')} ELSE 0 END AS USMALLINT)`;
}

async function evaluate(
  connection: DuckDBConnection,
  { source, tables, tokens }: SelectableSource,
  columns: ReadonlyMap<string, string[]>,
  counts: readonly DropCounts[],
): Promise<void> {
  const read = new Set(counts.flatMap(({ list }) => list.flatMap((condition) => columns.get(condition)!)));
  // A condition that many lists share is evaluated once.
  const conditions = [...new Set(counts.flatMap(({ list }) => list))];
  const truths = new Map(conditions.map((condition, i) => [condition, `truth${i}`]));
  const evaluated = conditions.map((condition) => `(${condition}) AS ${truths.get(condition)}`);
  const codes = counts.map(({ list }) => codeOf(list, truths));
  const row = sqlName(rowColumn);
  const query =
    `SELECT ${[row, ...codes].join(', ')} ` +
    `FROM (SELECT ${[row, ...evaluated].join(', ')} FROM (${signalRows(tables, [...read])}))`;
  const result = await connection.stream(query);
  let rows = 0;
  for (
    let chunk = await result.fetchChunk();
    chunk !== null && chunk.rowCount > 0;
    chunk = await result.fetchChunk()
  ) {
    const numbers = Uint32Array.from(chunk.getColumnValues(0) as bigint[], Number);
    for (const [i, count] of counts.entries()) count.add(numbers, chunk.getColumnVector(i + 1));
    rows += chunk.rowCount;
  }
  if (rows !== tokens.length)
    throw new AssayError(`source "${source}"`, 'its signal tables are not whole', {
      expected: `${tokens.length} rows`,
      got: String(rows),
      fix: 'Delete its folder and run the same command again.',
    });
}

function nullReason(condition: string, columns: ReadonlyMap<string, string[]>): string {
  const read = columns.get(condition)!;
  return `${read.length === 1 ? read[0] : condition} is null`;
}
