/** Recipe by domain: the loss on each validation domain as a difference to the mean of all recipes on it. */
import type { Report } from '../../records.js';
import { mean } from '../../stats/index.js';
import { decimals, interval, signed } from '../format.js';
import { user } from '../prose.js';
import { names } from '../view.js';
import { type Cell, cell, left, right, type Table } from './table.js';

export function domainRows(report: Report): Table {
  const domains = Object.entries(report.ranking.domains);
  const effects = domains.map(([, { recipes }]) => {
    const average = mean(recipes.map(({ lossNats }) => lossNats));
    return new Map(
      recipes.map(({ recipe, rank, lossNats, interval: { low, high } }) => {
        const range = { low: low - average, high: high - average };
        return [recipe, { rank, lossNats, effect: lossNats - average, range }];
      }),
    );
  });
  const strongest = Math.max(
    Number.MIN_VALUE,
    ...effects.flatMap((effect) => [...effect.values()].map((entry) => Math.abs(entry.effect))),
  );
  return {
    caption: 'Difference to the mean of all recipes, by validation domain, in nats per token',
    columns: [left('Recipe'), ...domains.map(([domain]) => right(user(domain)))],
    rows: [
      ...names(report).map((recipe) => [
        cell([user(recipe)]),
        ...effects.map((effect): Cell => {
          const entry = effect.get(recipe);
          if (entry === undefined) return cell('');
          return cell(signed(entry.effect), {
            detail: interval(entry.range),
            heat: entry.effect / strongest,
            strong: entry.rank === 1,
          });
        }),
      ]),
      [
        cell('mean loss'),
        ...effects.map((effect) =>
          cell(decimals(mean([...effect.values()].map(({ lossNats }) => lossNats)))),
        ),
      ],
    ],
  };
}
