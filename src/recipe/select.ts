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

/** Conditions that are evaluated in one scan; more take another. */
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
    for (const scan of scans(counts)) {
      const conditions = [...new Set(scan.flatMap(({ list }) => list))];
      if (conditions.length > 0) await evaluate(connection, source, conditions, columns, scan);
    }
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
  let conditions = new Set<string>();
  for (const count of counts) {
    const together = new Set([...conditions, ...count.list]);
    if (groups.length > 0 && together.size <= conditionsPerScan) {
      groups.at(-1)!.push(count);
      conditions = together;
    } else {
      groups.push([count]);
      conditions = new Set(count.list);
    }
  }
  return groups;
}

const unknown = 2;

async function evaluate(
  connection: DuckDBConnection,
  { source, tables, tokens }: SelectableSource,
  conditions: readonly string[],
  columns: ReadonlyMap<string, string[]>,
  counts: readonly DropCounts[],
): Promise<void> {
  const read = [...new Set(conditions.flatMap((condition) => columns.get(condition)!))];
  const states = conditions.map((condition) => `coalesce(CAST((${condition}) AS UTINYINT), ${unknown})`);
  const query = `SELECT ${[sqlName(rowColumn), ...states].join(', ')} FROM (${signalRows(tables, read)})`;
  const places = new Map(conditions.map((condition, i) => [condition, i]));
  const lists = counts.map(({ list }) => list.map((condition) => places.get(condition)!));
  const result = await connection.stream(query);
  let rows = 0;
  for (
    let chunk = await result.fetchChunk();
    chunk !== null && chunk.rowCount > 0;
    chunk = await result.fetchChunk()
  ) {
    const numbers = Uint32Array.from(chunk.getColumnValues(0) as bigint[], Number);
    // [condition][row of the chunk]: 0 false, 1 true, 2 null
    const values = conditions.map((_, i) => Uint8Array.from(chunk!.getColumnValues(i + 1) as number[]));
    for (const [i, count] of counts.entries())
      count.add(
        numbers,
        lists[i]!.map((place) => values[place]!),
      );
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
  /** By condition: those for which it is false, and those for which it is null. */
  private readonly dropped: { documents: number; tokens: number }[][];

  constructor(
    private readonly source: SelectableSource,
    private readonly base: { kept: Uint8Array; dropped: Dropped[] },
    readonly list: readonly string[],
  ) {
    this.kept = base.kept.slice();
    const none = () => ({ documents: 0, tokens: 0 });
    this.dropped = list.map(() => [none(), none()]);
  }

  /**
   * @param rows numbers of the chunk's documents
   * @param values of each condition for each of them: 0 false, 1 true, 2 null
   */
  add(rows: Uint32Array, values: readonly Uint8Array[]): void {
    const { kept, dropped, list } = this;
    const { tokens } = this.source;
    for (let r = 0; r < rows.length; r++) {
      const row = rows[r]!;
      if (kept[row] === 0) continue;
      for (let c = 0; c < list.length; c++) {
        const value = values[c]![r]!;
        if (value === 1) continue;
        kept[row] = 0;
        const count = dropped[c]![value === unknown ? 1 : 0]!;
        count.documents++;
        count.tokens += tokens[row]! + 1;
        break;
      }
    }
  }

  selection(nullReasons: readonly string[]): Selection {
    const { kept } = this;
    const total = sumKept(kept, this.source.tokens);
    const dropped = this.dropped.flatMap(([isFalse, isNull], c) => [
      { reason: this.list[c]!, ...isFalse! },
      { reason: nullReasons[c]!, ...isNull! },
    ]);
    const all = [...this.base.dropped, ...dropped].filter(({ documents }) => documents > 0);
    return { kept, ...total, dropped: all };
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
