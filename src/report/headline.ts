/** The answer in words: which recipe is best, by how much, how sure, and what cannot be told apart from it. */
import type { RankedRecipe, Report } from '../records.js';
import { decimals, percent, plural, probability } from './format.js';
import { listed, type Prose, prose, sentences, user } from './prose.js';
import { best, confidence, difference, tokensSaved } from './view.js';

export interface Headline {
  /** One sentence without a full stop: the title of the report. */
  title: Prose;
  /** By how much, how sure, what it is worth, what would settle the ties. */
  details: Prose;
}

export function headline(report: Report): Headline {
  const winner = best(report);
  if (winner === undefined)
    return {
      title: ['No recipe finished, so there is nothing to rank'],
      details: ['Each failed run is listed with its reason.'],
    };
  const others = report.ranking.recipes.slice(1);
  if (others.length === 0)
    return {
      title: prose`${user(winner.recipe)} is the only recipe that finished, so there is nothing to compare it with`,
      details: prose`It reaches ${loss(winner)}.`,
    };
  const tied = others.filter(({ tiedWithBest }) => tiedWithBest);
  return {
    title: [
      ...title(winner, tied, others.length),
      // With one seed nothing shows how much another would change, so the answer must not sound general.
      ...(report.ranking.seeds === 1 ? [', on the one seed there is'] : []),
    ],
    details: sentences([
      prose`It reaches ${loss(winner)}, and is the best recipe with a probability of ${probability(winner.probabilityBest).replace(/^([<>])/, (sign) => (sign === '>' ? 'more than' : 'less than'))}.`,
      lead(report, winner, others),
      saving(winner, others),
      settling(report, winner, tied),
    ]),
  };
}

function title(winner: RankedRecipe, tied: RankedRecipe[], others: number): Prose {
  const name = user(winner.recipe);
  // A title that lists more than three names is no title; the table shows them.
  const close = tied.length > 3 ? [`${tied.length} others`] : listed(tied.map(({ recipe }) => recipe));
  const verb = tied.length === 1 ? 'is' : 'are';
  if (tied.length === 0)
    return others === 1
      ? prose`${name} beats the only other recipe`
      : prose`${name} beats ${others === 2 ? 'both' : `all ${others}`} other recipes`;
  if (tied.length === others)
    return prose`No clear winner: ${name} has the lowest loss, but ${close} ${verb} too close to call`;
  return prose`${name} beats ${others - tied.length} of ${others} other recipes; ${close} ${verb} too close to call`;
}

/** The nearest recipe that is surely worse: the size of what is known. */
function lead(report: Report, winner: RankedRecipe, others: RankedRecipe[]): Prose {
  const next = others.find(({ tiedWithBest }) => !tiedWithBest);
  const gap = next && difference(report.ranking.pairs, next.recipe, winner.recipe);
  if (next === undefined || gap === undefined) return [];
  return prose`The nearest recipe that it beats is ${user(next.recipe)}, behind by ${decimals(gap.differenceNats)} nats per token (${confidence(report)} interval ${decimals(gap.interval.low)} to ${decimals(gap.interval.high)}).`;
}

function saving(winner: RankedRecipe, others: RankedRecipe[]): Prose {
  const saved = tokensSaved(winner);
  const last = others.at(-1);
  if (saved === undefined || last === undefined || saved < 0.005) return [];
  return prose`It reaches the final loss of ${user(last.recipe)}, the worst, with ${percent(saved, 0)} fewer tokens.`;
}

/** What would settle the nearest ties, those that no number of seeds would in one sentence. */
function settling(report: Report, winner: RankedRecipe, tied: RankedRecipe[]): Prose {
  const identical: string[] = [];
  const beyondSeeds: string[] = [];
  const bySeeds: Prose[] = [];
  for (const { recipe } of tied) {
    const gap = difference(report.ranking.pairs, recipe, winner.recipe);
    if (gap === undefined) continue;
    const { seedsToSettle } = gap.pair;
    if (gap.differenceNats === 0 && gap.interval.low === gap.interval.high) identical.push(recipe);
    else if (seedsToSettle === undefined) beyondSeeds.push(recipe);
    else if (bySeeds.length < 2)
      bySeeds.push(
        prose`About ${plural(seedsToSettle, 'seed')} in all would be expected to tell ${user(recipe)} apart from it.`,
      );
  }
  const unsettled =
    report.ranking.seeds === 1
      ? prose`One seed cannot say how many would tell ${listed(beyondSeeds)} apart from it.`
      : prose`Even 1,000 seeds are not expected to tell ${listed(beyondSeeds)} apart from it; more validation documents might.`;
  return sentences([
    identical.length === 0 ? [] : prose`The losses of ${listed(identical)} are identical to its own.`,
    ...bySeeds,
    beyondSeeds.length === 0 ? [] : unsettled,
  ]);
}

function loss({ lossNats, bitsPerByte }: RankedRecipe): string {
  return `a validation loss of ${decimals(lossNats)} nats per token (${decimals(bitsPerByte)} bits per byte)`;
}
