/** The shares of every stage of a schedule. */
import type { Report } from '../../records.js';
import { count, percent } from '../format.js';
import { user } from '../prose.js';
import { cell, left, right, type Table } from './table.js';

export function scheduleRows({ schedules = [] }: Report): Table {
  return {
    caption: 'Shares of tokens in each stage, asked for and realised in whole windows',
    columns: [
      left('Recipe'),
      right('Of the training'),
      left('Source'),
      right('Asked'),
      right('Realised'),
      right('Tokens'),
    ],
    rows: schedules.flatMap(({ recipe, stages }) =>
      stages.flatMap(({ from, until, sources }) =>
        sources.map(({ source, share, realisedShare, tokens }) => [
          cell([user(recipe)]),
          cell(`${percent(from)} to ${percent(until)}`),
          cell([user(source)]),
          cell(percent(share, 2)),
          cell(percent(realisedShare, 2)),
          cell(count(tokens)),
        ]),
      ),
    ),
  };
}
