/** What would settle the ties, and how many seeds the study needs. */
import type { PairDifference, RankedRecipe } from '../../records.js';
import { about, count, decimals, percent, plural } from '../format.js';
import { listed, type Prose, prose, user } from '../prose.js';
import { best, confidence, difference, type Undecided } from '../view.js';

/** Ties that are told one by one, the nearest. */
const mostTies = 2;

/** Each of the nearest ties, those that are identical, and those that nothing within reach would settle. */
export function tieSentences(report: Undecided): Prose[] {
  const winner = best(report);
  if (winner === undefined) return [];
  const identical: string[] = [];
  const beyond: string[] = [];
  const settled: Prose[] = [];
  for (const { recipe } of report.ranking.recipes.filter(({ tiedWithBest }: RankedRecipe) => tiedWithBest)) {
    const gap = difference(report.ranking.pairs, recipe, winner.recipe);
    if (gap === undefined) continue;
    const ways = waysToSettle(report, gap.pair);
    if (gap.differenceNats === 0 && gap.interval.low === gap.interval.high) identical.push(recipe);
    else if (ways.length === 0) beyond.push(recipe);
    else if (settled.length < mostTies)
      settled.push(
        prose`${ways.join(', or ')}${ways.length > 1 ? ',' : ''} would be expected to tell ${user(recipe)} apart from ${user(winner.recipe)}.`,
      );
  }
  return [
    identical.length === 0
      ? []
      : prose`The losses of ${listed(identical)} are identical to those of ${user(winner.recipe)}.`,
    ...settled,
    beyond.length === 0 ? [] : outOfReach(report, beyond),
  ];
}

function waysToSettle(report: Undecided, { seedsToSettle, documentsToSettle }: PairDifference): string[] {
  const ways: string[] = [];
  if (seedsToSettle !== undefined)
    ways.push(`about ${plural(seedsToSettle, 'seed')} in all instead of ${report.ranking.seeds}`);
  const counted = report.validation.filter(({ weight }) => weight > 0);
  const documents = counted.reduce((sum, domain) => sum + domain.documents, 0);
  const tokens = counted.reduce((sum, domain) => sum + domain.tokens, 0);
  if (documentsToSettle !== undefined)
    ways.push(
      `about ${count(documentsToSettle)} validation documents in all instead of ${count(documents)} (${about((tokens * documentsToSettle) / documents, 'tokens')})`,
    );
  return ways.map((way, i) => (i === 0 ? `A${way.slice(1)}` : way));
}

function outOfReach(report: Undecided, recipes: string[]): Prose {
  return report.ranking.seeds === 1
    ? prose`One seed cannot say how many would tell ${listed(recipes)} apart from it.`
    : prose`Neither 1,000 seeds alone nor 1,000 times as many validation documents alone are expected to tell ${listed(recipes)} apart from it.`;
}

/** How much the ranking hangs on its seeds (arXiv 2512.24503, appendix D.2.1). */
export function seedSentences({ ranking, ...report }: Undecided): Prose[] {
  const { seedVariance, pairs, seeds } = ranking;
  if (seedVariance?.needed === undefined) return [];
  const { seedDeviation, recipeDeviation, spearmanBetweenSeeds, needed } = seedVariance;
  const settled = pairs.filter(({ tie }) => !tie).length;
  const needs = (number: number | undefined) =>
    number === undefined ? 'more than 1,000 seeds' : plural(number, 'seed');
  const share = percent(needed.pairs.share, 0);
  const asked =
    pairs.length === 1
      ? `To tell its two recipes apart, a study like this needs ${needs(needed.topPair)}.`
      : `A study like this needs ${needs(needed.topPair)} to tell its two best recipes apart, and ${needs(needed.pairs.seeds)} to settle ${share} of all pairs.`;
  return [
    [
      `With ${plural(seeds, 'seed')}, ${settled} of ${plural(pairs.length, 'pair')} of recipes ${pairs.length === 1 ? 'is' : 'are'} settled at ${confidence({ ranking, ...report })}. ${asked}`,
    ],
    Number.isFinite(spearmanBetweenSeeds)
      ? [
          `Rankings by two single seeds have a Spearman correlation of ${decimals(spearmanBetweenSeeds, 2)}: a seed moves a recipe by ${decimals(seedDeviation)} nats where recipes differ by ${decimals(recipeDeviation)} (standard deviations).`,
        ]
      : [],
  ];
}
