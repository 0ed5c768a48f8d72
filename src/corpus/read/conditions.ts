/** A source's `where:` over rows of formats that DuckDB does not read itself. */
import { parseConditionOnAnyColumns } from '../../conditions/index.js';
import type { FilteredRows } from '../../records.js';
import type { Condition, ConditionValue } from './duckdb/messages.js';
import { withDuckDb } from './duckdb/pool.js';
import { refusal } from './duckdb/refusal.js';
import type { Row } from './reader.js';

/**
 * Parses and checks a condition; which columns a source has is known only when its files are read, so every name that
 * the text holds may be one. A field inside a field is written in quotes: `"metadata.score" > 0.5`.
 *
 * @throws AssayError for what a condition may not hold
 */
export async function sourceCondition(where: string): Promise<Condition> {
  const { sql, columns } = await parseConditionOnAnyColumns(where);
  return { sql, fields: columns };
}

/** Rows asked about at once: enough to make a question cheap, few enough to hold. */
const batchRows = 1024;
const batchCharacters = 4 << 20;

/**
 * The rows for which the condition is true, in order; the others are counted, and those it fails on are malformed.
 * @param untyped as in `Reader`
 */
export async function* rowsWhere(
  rows: AsyncIterable<Row>,
  condition: Condition,
  untyped: boolean,
  name: string,
  onFiltered: (rows: FilteredRows) => void,
): AsyncIterable<Row> {
  yield* withDuckDb(async function* (duckdb) {
    const opened = await duckdb.ask({ kind: 'condition', condition, untyped });
    if (opened.kind !== 'ready') throw refusal(opened, name, 0);
    let batch: Row[] = [];
    let characters = 0;
    const decide = async function* (): AsyncIterable<Row> {
      const asked = batch.flatMap((row) => (row.condition === undefined ? [] : [row.condition]));
      const answer = await duckdb.ask({ kind: 'evaluate', rows: asked });
      if (answer.kind !== 'values') throw refusal(answer, name, batch[0]?.line ?? 0);
      const counts = { false: 0, null: 0 };
      let next = 0;
      for (const row of batch) {
        const value: ConditionValue = row.condition === undefined ? true : answer.values[next++]!;
        if (value === true) yield row;
        else if (value === false) counts.false++;
        else if (value === null) counts.null++;
        else yield withReason(row, value);
      }
      for (const value of ['false', 'null'] as const) {
        if (counts[value] > 0) onFiltered({ origin: name, value, rows: counts[value] });
      }
    };
    for await (const row of rows) {
      batch.push(row);
      characters += 'text' in row ? row.text.length : 0;
      if (batch.length < batchRows && characters < batchCharacters) continue;
      yield* decide();
      [batch, characters] = [[], 0];
    }
    if (batch.length > 0) yield* decide();
  });
}

function withReason({ line }: Row, message: string): Row {
  const reason = `where cannot be applied, ${message.split('\n')[0]!}`;
  return line === undefined ? { reason } : { line, reason };
}
