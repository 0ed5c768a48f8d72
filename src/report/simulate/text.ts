/** The simulation on a terminal: two small tables in percent of pairs, the theory's region in brackets. */
import type { RandomFeatures } from '../../simulate/index.js';
import { cellText, mapRows, type Rows } from './map.js';
import { about, finding, proofSentence, regionSentence, sides } from './sentences.js';

export function simulationText(result: RandomFeatures): string {
  const widest = result.settings.widths.at(-1);
  const longest = result.settings.checkpoints.at(-1);
  const lines = [
    `${finding(result)}.`,
    sides(result),
    regionSentence(result),
    proofSentence(result),
    '',
    `Percent of pairs with the right sign, by learning rate (columns) and steps, at m = ${widest}; [region]`,
    ...table(result, 'steps'),
    '',
    `By learning rate and width, at T = ${longest}`,
    ...table(result, 'width'),
    '',
    `${about(result)}.`,
  ];
  return `${lines.join('\n').replaceAll('\u00a0', ' ').replaceAll('−', '-')}\n`;
}

/** A cell that lies in every pair's region stands in brackets, one that lies in some in parentheses. */
function table(result: RandomFeatures, rows: Rows): string[] {
  const head = result.settings.learningRates.map((rate) => short(rate).padStart(6)).join('');
  const body = mapRows(result, rows).map(({ row, cells }) => {
    const shown = cells.map((cell) => {
      const text = cellText(cell);
      const marked = cell.inside === 1 ? `[${text}]` : cell.inside > 0 ? `(${text})` : `${text} `;
      return marked.padStart(6);
    });
    return `${String(row).padStart(5)}${shown.join('')}`.trimEnd();
  });
  return [`${(rows === 'steps' ? 'T' : 'm').padStart(5)}${head}`, ...body];
}

/** At most five characters: `2e-4`, `0.016`, `0.5`. */
function short(rate: number): string {
  return rate < 0.01 ? rate.toExponential(0) : String(Number(rate.toPrecision(2)));
}
