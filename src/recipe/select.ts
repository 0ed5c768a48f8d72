/**
 * Which documents of a source each recipe keeps, and why it drops the others: every condition is evaluated once over
 * the signals, so a threshold that changes costs no look at the text.
 */
import type { DuckDBConnection } from '@duckdb/node-api';
import { parseCondition } from '../conditions/index.js';
import { openSignals, rowColumn, type SignalTable, signalColumns, signalRows } from '../corpus/index.js';
import { AssayError } from '../errors.js';
import { sqlName } from '../store/index.js';
import { exclusionReasons } from '../validation/index.js';

/** What is known about the documents of a source; row i is document i everywhere. */
export interface SelectableSource {
  source: string;
  /** Parquet files of its signals. */
  tables: readonly SignalTable[];
  /** Tokens of each document, without its end-of-text token. */
  tokens: Float64Array;
  /** A byte a document: 0, or 1 + the index of the reason in `exclusionReasons` why no recipe trains on it. */
  exclusions: Uint8Array;
}

export interface Dropped {
  /** A reason for exclusion, the condition that is not true, or that what it looks at is null. */
  reason: string;
  documents: number;
  /** With an end-of-text token after each document, as in `Selection`. */
  tokens: number;
}

export interface Selection {
  /** A byte a document: 1 when it is kept. */
  kept: Uint8Array;
  documents: number;
  tokens: number;
  /** In the order of exclusions and conditions; all rows = `documents` + those dropped. */
  dropped: Dropped[];
}

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

/** Counts of one list of conditions while chunks of rows come by. */
class DropCounts {
  private readonly kept: Uint8Array;
  /** By code, see `codeOf`. */
  private readonly dropped: { documents: Float64Array; tokens: Float64Array };

  constructor(
    private readonly source: SelectableSource,
    private readonly base: { kept: Uint8Array; dropped: Dropped[] },
    readonly list: readonly string[],
  ) {
    this.kept = base.kept.slice();
    const codes = 2 * list.length + 1;
    this.dropped = { documents: new Float64Array(codes), tokens: new Float64Array(codes) };
  }

  /**
   * @param rows numbers of the chunk's documents
   * @param codes of these documents
   */
  add(rows: Uint32Array, codes: { getItem(index: number): unknown }): void {
    const { kept, dropped } = this;
    const { tokens } = this.source;
    for (let r = 0; r < rows.length; r++) {
      const code = codes.getItem(r) as number;
      const row = rows[r]!;
      if (code === 0 || kept[row] === 0) continue;
      kept[row] = 0;
      dropped.documents[code]!++;
      dropped.tokens[code]! += tokens[row]! + 1;
    }
  }

  selection(nullReasons: readonly string[]): Selection {
    const { kept, dropped } = this;
    const count = (code: number) => ({ documents: dropped.documents[code]!, tokens: dropped.tokens[code]! });
    const byCondition = this.list.flatMap((condition, c) => [
      { reason: condition, ...count(2 * c + 1) },
      { reason: nullReasons[c]!, ...count(2 * c + 2) },
    ]);
    const all = [...this.base.dropped, ...byCondition].filter(({ documents }) => documents > 0);
    return { kept, ...sumKept(kept, this.source.tokens), dropped: all };
  }
}

/** What every list starts from: documents that no recipe trains on. */
function excluded({ tokens, exclusions }: SelectableSource): { kept: Uint8Array; dropped: Dropped[] } {
  const dropped = exclusionReasons.map((reason) => ({ reason, documents: 0, tokens: 0 }));
  const kept = new Uint8Array(exclusions.length);
  for (let row = 0; row < exclusions.length; row++) {
    const code = exclusions[row]!;
    if (code === 0) {
      kept[row] = 1;
      continue;
    }
    dropped[code - 1]!.documents++;
    dropped[code - 1]!.tokens += tokens[row]! + 1;
  }
  return { kept, dropped };
}

function sumKept(kept: Uint8Array, tokens: Float64Array): { documents: number; tokens: number } {
  let documents = 0;
  let sum = 0;
  for (let row = 0; row < kept.length; row++) {
    if (kept[row] === 0) continue;
    documents++;
    sum += tokens[row]! + 1;
  }
  return { documents, tokens: sum };
}

function nullReason(condition: string, columns: ReadonlyMap<string, string[]>): string {
  const read = columns.get(condition)!;
  return `${read.length === 1 ? read[0] : condition} is null`;
}
