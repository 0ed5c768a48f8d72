/** What the study cost, and where each run lies. */
import type { Report } from '../../records.js';
import { about, count, duration, metric } from '../format.js';
import { user } from '../prose.js';
import { cell, left, right, type Table } from './table.js';

export function costRows({ cost, proxy }: Report): Table {
  return {
    caption: 'Cost of the study',
    columns: [left('Measure'), right('Total')],
    rows: [
      [cell('Runs'), cell(count(cost.runs))],
      [cell('Tokens trained on'), cell(about(cost.tokens, 'tokens'))],
      [cell('Tokens of one run'), cell(about(proxy.tokensPerRun, 'tokens'))],
      [cell('Model arithmetic'), cell(`${metric(cost.flops)}FLOP`)],
      [cell('Processor time'), cell(duration(cost.cpuSeconds))],
    ],
  };
}

export function runRows(report: Report): Table {
  return {
    caption: 'Runs and their folders',
    columns: [left('Recipe'), right('Seed'), left('Status'), left('Folder')],
    rows: report.runs.map(({ recipe, seed, status, reason, folder }) => [
      cell([user(recipe)]),
      cell(String(seed)),
      cell(reason === undefined ? [status] : [`${status}: `, user(reason)]),
      cell([user(folder)]),
    ]),
  };
}
