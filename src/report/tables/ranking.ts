/** The ranking, best first, each recipe beside its difference to the best. */
import type { Report } from '../../records.js';
import { decimals, interval, percent, probability, signed } from '../format.js';
import { user } from '../prose.js';
import { best, confidence, difference, tokensSaved } from '../view.js';
import { cell, left, right, type Table, whole } from './table.js';

export function rankingRows(report: Report): Table {
  const winner = best(report);
  return {
    caption: 'Recipes by validation loss, best first',
    columns: [
      right('Rank'),
      left('Recipe'),
      right('Loss'),
      right('Bits/byte'),
      whole(`Difference to best [${confidence(report)}]`),
      right('P(best)'),
      right('Saved'),
    ],
    rows: report.ranking.recipes.map((ranked) => {
      const isBest = ranked === winner;
      const gap = winner && difference(report.ranking.pairs, ranked.recipe, winner.recipe);
      const saved = tokensSaved(ranked);
      return [
        cell(String(ranked.rank)),
        cell([user(ranked.recipe)], { strong: isBest }),
        cell(decimals(ranked.lossNats)),
        cell(decimals(ranked.bitsPerByte)),
        gap === undefined
          ? cell(isBest ? 'best' : '')
          : cell(
              `${signed(gap.differenceNats)} ${interval(gap.interval)}${ranked.tiedWithBest ? ' tie' : ''}`,
            ),
        cell(probability(ranked.probabilityBest)),
        cell(saved === undefined ? '' : percent(saved, 0)),
      ];
    }),
  };
}

/** What the columns mean, in one paragraph under the table. */
export function rankingLegend(report: Report): string {
  return `Loss: nats per token, mean over ${report.ranking.seeds === 1 ? 'one seed' : `${report.ranking.seeds} seeds`} and the weighted domains. Tie: too close to call. P(best): probability of being the best recipe. Saved: tokens not needed to reach the final loss of the worst recipe.`;
}
