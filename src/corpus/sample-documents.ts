/** Some documents of a source, chosen by a condition over their signals, with their texts. */
import { parseCondition } from '../conditions/index.js';
import type { SourceSpec } from '../records.js';
import { sqlName, sqlString } from '../store/index.js';
import { readDocuments } from './read/index.js';
import { openSignals, rowColumn, signalColumns, signalRows } from './relation.js';
import type { MeasuredSource } from './signal-tables.js';
import type { SignalValue } from './signals/signal.js';
import { sourceChanged } from './store/index.js';

export interface SampleChoice {
  /** SQL over signals; default: every document. */
  where?: string;
  /** Documents at most. */
  count: number;
  seed: string;
  /** Folder that origins are relative to. */
  base: string;
}

export interface DocumentSample {
  /** Documents that meet the condition. */
  selected: number;
  documents: { origin: string; text: string; signals: Record<string, SignalValue> }[];
}

/**
 * A random choice among the documents that meet the condition, in store order. The source is read up to the last one.
 *
 * @throws ConditionError for a condition that is not valid, AssayError for a source that changed since it was measured
 */
export async function sampleDocuments(
  name: string,
  source: SourceSpec,
  { corpus, signals }: MeasuredSource,
  { where, count, seed, base }: SampleChoice,
): Promise<DocumentSample> {
  const columns = signalColumns(signals);
  const condition = where === undefined ? 'true' : (await parseCondition(where, columns)).sql;
  const connection = await openSignals(signals);
  const chosen = new Map<number, Record<string, SignalValue>>();
  let selected: number;
  try {
    const query = async (sql: string) => (await connection.runAndReadAll(sql)).getRowObjectsJS();
    const all = signalRows(
      signals,
      columns.map(({ name }) => name),
    );
    await connection.run(`CREATE TABLE chosen AS SELECT * FROM (${all}) WHERE ${condition}`);
    selected = Number((await query('SELECT count(*) AS n FROM chosen'))[0]!.n);
    const rows = await query(
      `SELECT * FROM chosen ORDER BY hash(${sqlName(rowColumn)}, ${sqlString(seed)}) LIMIT ${count}`,
    );
    for (const { [rowColumn]: row, ...values } of rows) chosen.set(Number(row), plain(values));
  } finally {
    connection.closeSync();
  }
  const documents: DocumentSample['documents'] = [];
  let row = 0;
  for await (const { origin, text } of readDocuments(name, source, () => {}, { base })) {
    if (chosen.size === documents.length) break;
    const values = chosen.get(row++);
    if (values !== undefined) documents.push({ origin, text, signals: values });
  }
  if (documents.length < chosen.size) throw sourceChanged(name, corpus.documents, `${row} documents`);
  return { selected, documents };
}

function plain(values: Record<string, unknown>): Record<string, SignalValue> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'bigint' ? Number(value) : (value as SignalValue),
    ]),
  );
}
