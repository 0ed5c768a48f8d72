/** The ranking as `assay run` prints it: aligned, within 100 columns, plain unless a `Paint` is passed. */
import pc from 'picocolors';
import type { Report } from '../records.js';
import { decisionFacts } from './decision/facts.js';
import { statements } from './decision/statements.js';
import { decisionTitle } from './decision/title.js';
import { warnings } from './notes.js';
import { toPlain } from './prose.js';
import { rankingLegend, rankingRows } from './tables/ranking.js';
import { stoppedRows } from './tables/stopped.js';
import type { Table } from './tables/table.js';

const width = 100;
const gap = '  ';
/** Of a last column of text, at least. */
const leastText = 40;

/** Colours for whole lines, laid over finished text so that alignment never depends on them. */
export interface Paint {
  heading(line: string): string;
  best(line: string): string;
  quiet(line: string): string;
  warning(line: string): string;
}

const same = (line: string) => line;
const plain: Paint = { heading: same, best: same, quiet: same, warning: same };

/** @param enabled false for a pipe or NO_COLOR */
export function terminalPaint(enabled: boolean): Paint {
  const { bold, green, dim, yellow } = pc.createColors(enabled);
  return { heading: bold, best: green, quiet: dim, warning: yellow };
}

/** Decision, table, legend and warnings; lines end in LF except the last, minus signs and spaces are ASCII. */
export function rankingTable(report: Report, paint: Paint = plain): string {
  const stopped = stoppedRows(report);
  const lines = [
    ...wrap(`${toPlain(decisionTitle(report))}.`).map(paint.heading),
    ...statements(report, decisionFacts(report)).flatMap(({ topic, text }) =>
      wrap(`${topic}: ${toPlain(text)}`, '  '),
    ),
    ...(report.ranking.recipes.length === 0 ? [] : ['', ...ranking(report, paint)]),
    ...(stopped.rows.length === 0 ? [] : ['', ...aligned(stopped, paint)]),
    ...warnings(report).flatMap((warning) => ['', ...wrap(`Note: ${toPlain(warning)}`).map(paint.warning)]),
  ];
  return lines.join('\n').replaceAll('−', '-').replaceAll('\u00a0', ' ');
}

function ranking(report: Report, paint: Paint): string[] {
  const [titles, first, ...rest] = aligned(rankingRows(report), paint);
  return [titles!, paint.best(first!), ...rest, ...wrap(rankingLegend(report)).map(paint.quiet)];
}

/** Names are cut where there is no room for all of a row; a last column of text goes on below itself. */
function aligned({ columns, rows }: Table, paint: Paint): string[] {
  const titles = columns.map(({ title }) => toPlain(title));
  const cells = rows.map((row) => row.map(({ text }) => toPlain(text)));
  const widths = titles.map((title, c) => Math.max(title.length, ...cells.map((row) => row[c]!.length)));
  const last = columns.at(-1)!.align === 'left' ? widths.length - 1 : -1;
  if (last >= 0) widths[last] = Math.min(widths[last]!, leastText);
  const name = titles.indexOf('Recipe');
  const rest = widths.reduce((sum, w, c) => (c === name ? sum : sum + w + gap.length), 0);
  widths[name] = Math.min(widths[name]!, Math.max(8, width - rest));
  const before = widths.reduce((sum, w, c) => (c === last ? sum : sum + w + gap.length), 0);
  const line = (row: string[]) =>
    row
      .map((text, c) => {
        const shown = c === last ? text : shorten(text, widths[c]!);
        return columns[c]!.align === 'right' ? shown.padStart(widths[c]!) : shown.padEnd(widths[c]!);
      })
      .join(gap)
      .trimEnd();
  const block = (row: string[]): string[] => {
    if (last < 0) return [line(row)];
    const [first, ...more] = wrap(row[last]!, '', width - before);
    return [line([...row.slice(0, last), first!]), ...more.map((text) => ' '.repeat(before) + text)];
  };
  return [paint.heading(line(titles)), ...cells.flatMap(block)];
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

/** @param indent of every line but the first */
function wrap(text: string, indent = '', most = width): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of text.split(' ')) {
    if (current !== '' && current.length + 1 + word.length > most) {
      lines.push(current);
      current = indent + word;
    } else current = current === '' ? word : `${current} ${word}`;
  }
  return current === '' ? lines : [...lines, current];
}
