/** A corpus on a terminal: a table a source, one row a signal with its quantiles and a sketch of its histogram. */
import type { SignalSummary } from '../../corpus/index.js';
import { count, metric } from '../format.js';
import { toPlain, user } from '../prose.js';

/** A source as `assay corpus inspect` shows it. */
export interface InspectedSource {
  source: string;
  documents: number;
  /** UTF-8 bytes of all texts. */
  bytes: number;
  malformed: Record<string, number>;
  /** Rows that the source's `where` leaves out, by reason. */
  filtered: Record<string, number>;
  signals: SignalSummary[];
}

const steps = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const sketchWidth = 12;

export function corpusText(sources: readonly InspectedSource[]): string {
  return sources.map(sourceText).join('\n');
}

function sourceText({ source, documents, bytes, malformed, filtered, signals }: InspectedSource): string {
  const dropped = [...Object.entries(malformed), ...Object.entries(filtered)].map(
    ([reason, rows]) => `${count(rows)} rows left out: ${toPlain([user(reason)])}`,
  );
  const head = `${toPlain([user(source)])}: ${count(documents)} documents, ${metric(bytes)}B`;
  const numbers = signals.filter(({ quantiles }) => quantiles !== undefined);
  const labels = signals.filter(({ distinct }) => distinct !== undefined);
  const rows = [
    ['signal', 'min', '5 %', 'median', '95 %', 'max', 'null', ''],
    ...numbers.map(({ name, quantiles, nulls, histogram }) => {
      const [min, low, , median, , high, max] = quantiles!;
      const shown = [min, low, median, high, max].map((value) => short(value!));
      return [name, ...shown, nulls === 0 ? '' : count(nulls), sketch(histogram?.counts)];
    }),
  ];
  const widths = rows[0]!.map((_, c) => Math.max(...rows.map((row) => row[c]!.length)));
  const lines = rows.map((row) =>
    row
      .map((text, c) => (c === 0 || c === 7 ? text.padEnd(widths[c]!) : text.padStart(widths[c]!)))
      .join('  ')
      .trimEnd(),
  );
  const valueLines = labels.map(({ name, values, distinct, nulls }) => {
    if (values === undefined) return `${name}: ${count(distinct!)} different values`;
    const shown = values.map(({ value, documents }) => `${toPlain([user(value)])} ${count(documents)}`);
    return `${name}: ${[...shown, ...(nulls === 0 ? [] : [`null ${count(nulls)}`])].join(', ')}`;
  });
  const body = [...dropped, ...lines, ...valueLines].map((line) => `  ${line}`);
  return `${[head, ...body].join('\n')}\n`;
}

/** Three digits at most, so that columns stay narrow. */
function short(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e5) return String(value);
  return Math.abs(value) >= 1000 ? metric(value).replace('\u00a0', '') : String(Number(value.toPrecision(3)));
}

function sketch(counts: readonly number[] | undefined): string {
  if (counts === undefined) return '';
  const perStep = Math.ceil(counts.length / sketchWidth);
  const sums = Array.from({ length: Math.ceil(counts.length / perStep) }, (_, i) =>
    counts.slice(i * perStep, (i + 1) * perStep).reduce((sum, n) => sum + n, 0),
  );
  // Logarithmic: the tails are what thresholds are about.
  const most = Math.log1p(Math.max(...sums));
  return sums
    .map((n) => (n === 0 ? ' ' : steps[Math.min(7, Math.floor((8 * Math.log1p(n)) / most))]!))
    .join('');
}
