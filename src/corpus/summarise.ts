/** What the signals of a source look like: quantiles, histograms, the commonest labels. */
import { sqlName } from '../store/index.js';
import { openSignals, signalColumns, signalRows } from './relation.js';
import type { SignalTable } from './signal-tables.js';
import type { SignalType } from './signals/signal.js';

export const summaryQuantiles = [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1] as const;

export interface SignalSummary {
  name: string;
  type: SignalType;
  unit?: string;
  meaning?: string;
  documents: number;
  /** Documents on which the signal cannot be measured. */
  nulls: number;
  mean?: number;
  /** At `summaryQuantiles`, for numbers. */
  quantiles?: number[];
  histogram?: Histogram;
  /** For labels and switches. */
  distinct?: number;
  /** The commonest values, for labels and switches that have few. */
  values?: { value: string; documents: number }[];
}

export interface Histogram {
  low: number;
  /** The 99th percentile, so that one extreme document does not flatten the rest; what is above counts in the last bin. */
  high: number;
  /** Documents in bins of equal width. */
  counts: number[];
}

const bins = 24;
const mostValues = 12;
/** With more values than this, a label is a name rather than a kind. */
const mostDistinct = 1000;

/** All columns of the tables, in their order. */
export async function summariseSignals(tables: readonly SignalTable[]): Promise<SignalSummary[]> {
  const connection = await openSignals(tables);
  const rows = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJS();
  try {
    const columns = signalColumns(tables);
    // Derived columns are computed once for all queries below.
    const all = signalRows(
      tables,
      columns.map(({ name }) => name),
    );
    await connection.run(`CREATE TABLE measured AS ${all}`);
    const summaries: SignalSummary[] = [];
    for (const { name, type, unit, meaning } of columns) {
      const column = sqlName(name);
      const [[documents, known]] = (await rows(`SELECT count(*), count(${column}) FROM measured`)) as [
        [bigint, bigint],
      ];
      const summary: SignalSummary = {
        name,
        type,
        ...(unit === undefined || unit === 'none' ? {} : { unit }),
        ...(meaning === undefined ? {} : { meaning }),
        documents: Number(documents),
        nulls: Number(documents - known),
      };
      summaries.push(summary);
      if (known === 0n) continue;
      if (type === 'VARCHAR' || type === 'BOOLEAN') {
        const [[distinct]] = (await rows(`SELECT count(DISTINCT ${column}) FROM measured`)) as [[bigint]];
        summary.distinct = Number(distinct);
        if (summary.distinct > mostDistinct) continue;
        const counted = await rows(
          `SELECT ${column}::VARCHAR, count(*) AS n FROM measured WHERE ${column} IS NOT NULL GROUP BY 1 ORDER BY n DESC, 1 LIMIT ${mostValues}`,
        );
        summary.values = counted.map(([value, n]) => ({ value: String(value), documents: Number(n) }));
        continue;
      }
      const [[mean, quantiles, high]] = (await rows(
        `SELECT avg(${column}), quantile_cont(${column}::DOUBLE, [${summaryQuantiles.join(', ')}]), quantile_cont(${column}::DOUBLE, 0.99) FROM measured`,
      )) as [[number, { items?: number[] } | number[], number]];
      summary.mean = mean;
      summary.quantiles = Array.isArray(quantiles) ? quantiles : quantiles.items!;
      const low = summary.quantiles[0]!;
      if (high > low) {
        const counted = await rows(
          `SELECT least(floor((${column} - ${low}) / ${high - low} * ${bins}), ${bins - 1})::INTEGER, count(*) FROM measured WHERE ${column} IS NOT NULL GROUP BY 1`,
        );
        const counts = new Array<number>(bins).fill(0);
        for (const [bin, n] of counted) counts[Number(bin)] = Number(n);
        summary.histogram = { low, high, counts };
      }
    }
    return summaries;
  } finally {
    connection.closeSync();
  }
}
