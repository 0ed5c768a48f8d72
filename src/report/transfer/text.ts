/** Analyses of transfer on a terminal: a few sentences and one line a setting of the proxy. */
import type { TransferAnalysis } from '../../records.js';
import { toPlain } from '../prose.js';
import { transferSentences } from './summary.js';
import { settingRows } from './tables.js';

export function transferText(transfers: readonly TransferAnalysis[]): string {
  return transfers.map(analysisText).join('\n');
}

function analysisText(analysis: TransferAnalysis): string {
  const { columns, rows } = settingRows(analysis);
  const texts = [
    columns.map(({ title }) => toPlain(title)),
    ...rows.map((row) =>
      row.map(({ text, detail }) => (detail === undefined ? toPlain(text) : `${toPlain(text)} (${detail})`)),
    ),
  ].map((row) => row.map((text) => text.replaceAll('\u00a0', ' ')));
  const widths = columns.map((_, c) => Math.max(...texts.map((row) => row[c]!.length)));
  const lines = texts.map((row) =>
    row
      .map((text, c) => (columns[c]!.align === 'right' ? text.padStart(widths[c]!) : text.padEnd(widths[c]!)))
      .join('  ')
      .trimEnd(),
  );
  return `${transferSentences(analysis).map(toPlain).join('\n')}\n\n${lines.join('\n')}\n`;
}
