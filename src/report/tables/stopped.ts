/** Recipes that were stopped early: they stand below the ranking, since a loss before the end is none to rank by. */
import type { Report } from '../../records.js';
import { decimals, percent } from '../format.js';
import { user } from '../prose.js';
import { stoppedRecipes } from '../view.js';
import { cell, left, right, type Table } from './table.js';

export function stoppedRows(report: Report): Table {
  return {
    caption: 'Recipes that were stopped early, best first',
    columns: [left('Recipe'), right('Stopped at'), right('Loss there'), left('Reason')],
    rows: stoppedRecipes(report).map(({ recipe, share, lossNats, reason }) => [
      cell([user(recipe)]),
      cell(percent(share, 0)),
      cell(decimals(lossNats)),
      cell(reason),
    ]),
  };
}
