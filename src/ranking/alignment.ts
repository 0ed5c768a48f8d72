/**
 * Gradient alignment as a second ranking: Σ ∇ℓ_val · ∇ℓ over a run's steps (arXiv 2512.24503, D.2.4).
 *
 * What a step gains to first order is this product times the rate; what it loses to curvature grows with the rate's square
 * and can turn the ranking by loss around. Where the two rankings disagree, the rate may be too large for the proxy's
 * losses to be trusted. Plain sums, as in the paper: the product is the gain of plain SGD, which Adam's is not.
 */
import type { AlignedRecipe, AlignmentMetric, AlignmentRanking, Ranking, RunResult } from '../records.js';
import { mean, spearman, sum } from '../stats/index.js';
import type { Measured, Metric } from './transfer/runs.js';

/** For the analysis of transfer: compared alone, never part of what recipes are tuned by. */
export const alignmentMetric: Metric = { name: 'gradient alignment', better: 'higher', weight: 0 };

/**
 * The alignment of a run accumulated over training, as `alignmentMetric`; undefined where it was not measured.
 * @param weights of the validation domains
 */
export function accumulatedAlignment(
  { alignments }: RunResult,
  weights: Readonly<Record<string, number>>,
): Measured | undefined {
  if (alignments === undefined) return undefined;
  let total = 0;
  const values = alignments.map((line) => (total += line.steps * weighted(line, weights)));
  return { steps: Float64Array.from(alignments, lastStep), values: Float64Array.from(values) };
}

/**
 * Ranks the recipes of a ranking by mean alignment over the seeds that all of them have.
 * @param results runs of the ranking; those that failed or were not measured are left out
 * @returns undefined for fewer than two recipes that were measured, or without a common seed
 */
export function rankByAlignment(
  results: readonly RunResult[],
  ranking: Ranking,
): AlignmentRanking | undefined {
  const ranked = new Set(ranking.recipes.map(({ recipe }) => recipe));
  const runs = results.filter(
    ({ recipe, failure, alignments }) => ranked.has(recipe) && failure === undefined && alignments,
  );
  const recipes = [...ranked].filter((name) => runs.some(({ recipe }) => recipe === name));
  const runOf = (recipe: string, seed: number) =>
    runs.find((run) => run.recipe === recipe && run.seed === seed)?.alignments;
  const seeds = [...new Set(runs.map(({ seed }) => seed))]
    .filter((seed) => recipes.every((recipe) => runOf(recipe, seed)))
    .sort((a, b) => a - b);
  if (recipes.length < 2 || seeds.length === 0) return undefined;

  // Runs of one length have the same lines; of shorter ones, all are counted as far as the shortest.
  const lines = recipes.map((recipe) => seeds.map((seed) => runOf(recipe, seed)!));
  const steps = Math.min(...lines.flat().map((run) => lastStep(run.at(-1)!)));
  const sums = (weights: Readonly<Record<string, number>>) =>
    lines.map((bySeed) => bySeed.map((run) => accumulate(run, weights, steps)));

  const aligned = sums(ranking.weights).map((bySeed, r) => ({
    recipe: recipes[r]!,
    alignment: mean(bySeed.map(({ alignment }) => alignment)),
    seedAlignment: bySeed.map(({ alignment }) => alignment),
    dropNats: mean(bySeed.map(({ dropNats }) => dropNats)),
  }));
  const rankOf = (alignment: number) => 1 + aligned.filter((other) => other.alignment > alignment).length;
  const domainSpearman = Object.entries(ranking.domains).map(([domain, { recipes: byLoss }]) => {
    const alignments = sums({ [domain]: 1 }).map((bySeed) => mean(bySeed.map((each) => each.alignment)));
    return [domain, correlation(recipes, alignments, byLoss)] as const;
  });
  const disagreement = disagreementOf(aligned, ranking);
  return {
    steps,
    seeds: seeds.length,
    recipes: aligned
      .map((each): AlignedRecipe => ({ ...each, rank: rankOf(each.alignment) }))
      .sort((a, b) => b.alignment - a.alignment),
    spearman: correlation(
      recipes,
      aligned.map(({ alignment }) => alignment),
      ranking.recipes,
    ),
    domainSpearman: Object.fromEntries(domainSpearman),
    ...(disagreement && { disagreement }),
  };
}

/** Spearman correlation of large alignments with small losses. */
function correlation(
  recipes: readonly string[],
  alignments: readonly number[],
  byLoss: readonly { recipe: string; lossNats: number }[],
): number {
  const losses = new Map(byLoss.map(({ recipe, lossNats }) => [recipe, lossNats]));
  return spearman(
    alignments,
    recipes.map((recipe) => -losses.get(recipe)!),
  );
}

/** Undefined when alignment orders every settled pair as the losses do. */
function disagreementOf(
  aligned: readonly Pick<AlignedRecipe, 'recipe' | 'alignment' | 'seedAlignment'>[],
  ranking: Ranking,
): AlignmentRanking['disagreement'] {
  const byName = new Map(aligned.map((each) => [each.recipe, each]));
  const settled = ranking.pairs.filter(
    ({ better, worse, tie }) => !tie && byName.has(better) && byName.has(worse),
  );
  const pairs = settled.flatMap(({ better, worse, differenceNats }) => {
    const [a, b] = [byName.get(better)!, byName.get(worse)!];
    if (a.alignment >= b.alignment) return [];
    const seeds = a.seedAlignment.filter((value, s) => value < b.seedAlignment[s]!).length;
    return [{ better, worse, differenceNats, seeds }];
  });
  return pairs.length === 0 ? undefined : { settledPairs: settled.length, pairs };
}

/** The last step that a line stands for. */
const lastStep = ({ step, steps }: AlignmentMetric): number => step + steps - 1;

const weighted = ({ domains }: AlignmentMetric, weights: Readonly<Record<string, number>>): number =>
  sum(Object.entries(weights).map(([domain, weight]) => weight * domains[domain]!));

/** Over the first `steps` steps. */
function accumulate(
  lines: readonly AlignmentMetric[],
  weights: Readonly<Record<string, number>>,
  steps: number,
): { alignment: number; dropNats: number } {
  const total = { alignment: 0, dropNats: 0 };
  for (const line of lines) {
    const counted = Math.max(0, Math.min(line.steps, steps - line.step + 1));
    const product = weighted(line, weights);
    total.alignment += counted * product;
    total.dropNats += (counted / line.steps) * line.reach * product;
  }
  return total;
}
