/** Every pair of recipes: who beats whom, by how much, and what would settle a tie. */
import type { PairDifference, Report } from '../../records.js';
import { count, interval, signed } from '../format.js';
import { type Prose, prose, user } from '../prose.js';
import { confidence } from '../view.js';
import { cell, left, right, type Table } from './table.js';

export function pairRows(report: Report): Table {
  return {
    caption: 'Every pair of recipes, the better one first',
    columns: [
      left('Better'),
      left('Worse'),
      right('Difference'),
      right(`${confidence(report)} interval`),
      left('Verdict'),
    ],
    rows: report.ranking.pairs.map((pair) => [
      cell([user(pair.better)]),
      cell([user(pair.worse)]),
      cell(signed(pair.differenceNats)),
      cell(interval(pair.interval)),
      cell(verdict(pair)),
    ]),
  };
}

function verdict(pair: PairDifference): Prose {
  const { tie, better, seedsToSettle, documentsToSettle, tokensSavedFactor } = pair;
  if (tie) {
    const ways = [
      ...(seedsToSettle === undefined ? [] : [`${count(seedsToSettle)} seeds`]),
      ...(documentsToSettle === undefined ? [] : [`${count(documentsToSettle)} validation documents`]),
    ];
    return [ways.length === 0 ? 'tie' : `tie; about ${ways.join(' or ')} in all would settle it`];
  }
  if (tokensSavedFactor === undefined) return prose`${user(better)} wins`;
  return prose`${user(better)} wins, with ${tokensSavedFactor.toFixed(2)} times fewer tokens`;
}
