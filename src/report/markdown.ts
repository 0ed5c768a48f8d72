/** `report.md`: the report as text and tables, readable in a terminal and on a code forge. */
import type { Report } from '../records.js';
import { decisionFacts } from './decision/facts.js';
import { statements } from './decision/statements.js';
import { decisionTitle } from './decision/title.js';
import { method, warnings } from './notes.js';
import { codeBlock, codeSpan, toMarkdown } from './prose.js';
import { selectionRows, shareRows, sourceRows, validationRows } from './tables/data.js';
import { domainRows } from './tables/domains.js';
import { pairRows } from './tables/pairs.js';
import { rankingLegend, rankingRows } from './tables/ranking.js';
import { costRows, runRows } from './tables/runs.js';
import { scheduleRows } from './tables/schedule.js';
import { stoppedRows } from './tables/stopped.js';
import type { Cell, Table } from './tables/table.js';
import { transferSentences } from './transfer/summary.js';
import { settingRows } from './transfer/tables.js';

export function renderMarkdown(report: Report): string {
  const ranked = report.ranking.recipes.length;
  const stopped = stoppedRows(report);
  const blocks = [
    `# ${toMarkdown(decisionTitle(report))}`,
    `Study ${codeSpan(report.study)}.`,
    statements(report, decisionFacts(report))
      .map(({ topic, text }) => `- **${topic}:** ${toMarkdown(text)}`)
      .join('\n'),
    ...warnings(report).map((warning) => `> **Note:** ${toMarkdown(warning)}`),
    ...(ranked > 0 ? ['## Ranking', markdownTable(rankingRows(report)), rankingLegend(report)] : []),
    ...(stopped.rows.length > 0 ? ['## Stopped early', markdownTable(stopped)] : []),
    ...(ranked > 1
      ? [
          '## By domain',
          'Difference to the mean of all recipes, nats per token; below zero is better. The best of a domain is bold.',
          markdownTable(domainRows(report)),
          '## Pairs',
          markdownTable(pairRows(report)),
        ]
      : []),
    ...(report.transfer ?? []).flatMap((analysis) => [
      `## ${codeSpan(analysis.proxy)} for ${codeSpan(analysis.target)}`,
      transferSentences(analysis)
        .map((sentence) => toMarkdown(sentence))
        .join(' '),
      markdownTable(settingRows(analysis)),
    ]),
    '## Data',
    markdownTable(shareRows(report)),
    ...(report.schedules ? [markdownTable(scheduleRows(report))] : []),
    markdownTable(sourceRows(report)),
    ...(selectionRows(report).rows.length > 0 ? [markdownTable(selectionRows(report))] : []),
    markdownTable(validationRows(report)),
    '## Cost',
    markdownTable(costRows(report)),
    '## Method',
    method(report)
      .map((note) => `- ${toMarkdown(note)}`)
      .join('\n'),
    '## Runs',
    markdownTable(runRows(report)),
    '## Study',
    codeBlock(report.studyText, 'yaml'),
    `Written by Assay ${report.assayVersion}.`,
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** A table whose source is aligned too; the separator row says which columns stand right. */
export function markdownTable({ columns, rows }: Table): string {
  const header = columns.map(({ title }) => toMarkdown(title, true));
  const body = rows.map((row) => row.map(cellText));
  const widths = header.map((text, c) => Math.max(3, text.length, ...body.map((row) => row[c]!.length)));
  const line = (row: string[]) =>
    `| ${row
      .map((text, c) => (columns[c]!.align === 'right' ? text.padStart(widths[c]!) : text.padEnd(widths[c]!)))
      .join(' | ')} |`;
  const rule = widths.map((w, c) =>
    columns[c]!.align === 'right' ? `${'-'.repeat(w - 1)}:` : '-'.repeat(w),
  );
  return [line(header), line(rule), ...body.map(line)].join('\n');
}

function cellText({ text, detail, strong }: Cell): string {
  const shown = toMarkdown(text, true);
  const weighted = strong && shown !== '' ? `**${shown}**` : shown;
  return detail === undefined ? weighted : `${weighted} ${detail}`;
}
