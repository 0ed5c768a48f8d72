/** The ranking as `assay run` prints it: aligned, within 100 columns, plain unless a `Paint` is passed. */
import pc from 'picocolors';
import type { Report } from '../records.js';
import { decisionFacts } from './decision/facts.js';
import { statements } from './decision/statements.js';
import { decisionTitle } from './decision/title.js';
import { warnings } from './notes.js';
import { toPlain } from './prose.js';
import { rankingLegend, rankingRows } from './tables/ranking.js';

const width = 100;
const gap = '  ';

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
  const lines = [
    ...wrap(`${toPlain(decisionTitle(report))}.`).map(paint.heading),
    ...statements(report, decisionFacts(report)).flatMap(({ topic, text }) =>
      wrap(`${topic}: ${toPlain(text)}`, '  '),
    ),
    ...(report.ranking.recipes.length === 0 ? [] : ['', ...table(report, paint)]),
    ...warnings(report).flatMap((warning) => ['', ...wrap(`Note: ${toPlain(warning)}`).map(paint.warning)]),
  ];
  return lines.join('\n').replaceAll('−', '-').replaceAll('\u00a0', ' ');
}

function table(report: Report, paint: Paint): string[] {
  const { columns, rows } = rankingRows(report);
  const titles = columns.map(({ title }) => toPlain(title));
  const cells = rows.map((row) => row.map(({ text }) => toPlain(text)));
  const widths = titles.map((title, c) => Math.max(title.length, ...cells.map((row) => row[c]!.length)));
  const name = titles.indexOf('Recipe');
  const rest = widths.reduce((sum, w, c) => (c === name ? sum : sum + w + gap.length), 0);
  widths[name] = Math.min(widths[name]!, Math.max(8, width - rest));
  const line = (row: string[]) =>
    row
      .map((text, c) => {
        const shown = shorten(text, widths[c]!);
        return columns[c]!.align === 'right' ? shown.padStart(widths[c]!) : shown.padEnd(widths[c]!);
      })
      .join(gap)
      .trimEnd();
  return [
    paint.heading(line(titles)),
    ...cells.map((row, r) => (r === 0 ? paint.best(line(row)) : line(row))),
    ...wrap(rankingLegend(report)).map(paint.quiet),
  ];
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

/** @param indent of every line but the first */
function wrap(text: string, indent = ''): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of text.split(' ')) {
    if (current !== '' && current.length + 1 + word.length > width) {
      lines.push(current);
      current = indent + word;
    } else current = current === '' ? word : `${current} ${word}`;
  }
  return current === '' ? lines : [...lines, current];
}
