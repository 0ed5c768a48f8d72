/** How good the recipe to train on is, and by how much the others are worse. */
import type { RankedRecipe } from '../../records.js';
import { decimals, inWords, percent, plusMinus } from '../format.js';
import { type Prose, prose, user } from '../prose.js';
import { best, difference, stoppedRecipes, tokensSaved, type Undecided } from '../view.js';

/** More recipes than this are told as a range. */
const mostNamed = 3;

export function lossSentences(report: Undecided): Prose[] {
  const winner = best(report);
  if (winner === undefined) return [['Each failed run is listed with its reason.']];
  const { lossNats, bitsPerByte, probabilityBest } = winner;
  const reached = `${decimals(lossNats)} nats per token (${decimals(bitsPerByte)} bits per byte)`;
  if (report.ranking.recipes.length === 1) return [prose`It reaches ${reached}.`];
  return [
    prose`${user(winner.recipe)} reaches ${reached}, and is the best recipe${stoppedRecipes(report).length === 0 ? '' : ' that was trained to the end'} with a probability of ${inWords(probabilityBest)}.`,
  ];
}

/** Recipes that are surely worse: each by how much, or the nearest and a range. */
export function otherSentences(report: Undecided): Prose[] {
  const winner = best(report);
  const worse = report.ranking.recipes.slice(1).filter(({ tiedWithBest }) => !tiedWithBest);
  if (winner === undefined || worse.length === 0) return [];
  const gaps = worse.flatMap(({ recipe }) => {
    const gap = difference(report.ranking.pairs, recipe, winner.recipe);
    return gap === undefined ? [] : [{ recipe, ...gap }];
  });
  const [nearest, ...rest] = gaps;
  if (nearest === undefined) return [];
  const by = ({ recipe, differenceNats, interval }: (typeof gaps)[number]) =>
    prose`${user(recipe)} is worse by ${plusMinus(differenceNats, interval)}`;
  const [closest, farthest] = [rest[0], rest.at(-1)];
  const told: Prose =
    gaps.length <= mostNamed || closest === undefined || farthest === undefined
      ? gaps.flatMap((gap, i) => [i === 0 ? '' : '; ', ...by(gap)])
      : prose`${by(nearest)} nats per token, ${rest.length} others by ${plusMinus(closest.differenceNats, closest.interval)} to ${plusMinus(farthest.differenceNats, farthest.interval)}`;
  const unit = gaps.length <= mostNamed ? ' nats per token' : '';
  return [[...told, `${unit}.`], saving(winner, report.ranking.recipes.at(-1)!)];
}

function saving(winner: RankedRecipe, last: RankedRecipe): Prose {
  const saved = tokensSaved(winner);
  if (saved === undefined || saved < 0.005) return [];
  return prose`${user(winner.recipe)} reaches the final loss of ${user(last.recipe)}, the worst, with ${percent(saved, 0)} fewer tokens.`;
}
