/**
 * Ranks recipes by weighted validation loss, with intervals that cover both seeds and validation documents.
 *
 * The journey: line up the runs, measure each domain, estimate the noise (`noise.ts`), compare every pair.
 */
import { AssayError, ExitCode } from '../errors.js';
import type { Random } from '../random.js';
import type { DomainRanking, RankedRecipe, Ranking, RunResult } from '../records.js';
import { mean } from '../stats/index.js';
import { type Comparison, comparePairs, competitionRanks, effect, orderByLoss } from './compare.js';
import { type DomainLosses, measureDomain } from './domain-losses.js';
import { groupIdentical } from './identical.js';
import { estimate } from './noise.js';
import { alignRuns } from './panel.js';
import { probabilitiesBest } from './probability.js';
import { measureSeedVariance } from './seeds-needed.js';
import { meanTrajectory, shareToReach } from './trajectory.js';

export interface RankOptions {
  /** Probability with which an interval covers the true difference; default 0.95. */
  confidence?: number;
  /** Draws behind `probabilityBest`; default 10,000 (standard error at most 0.005). */
  draws?: number;
}

/**
 * @param results all runs of a study, failed ones too
 * @param weights of the validation domains in the objective; rescaled to add up to 1
 * @param random for `probabilityBest`
 * @returns an empty ranking if no run finished
 * @throws AssayError for weights that are negative or all 0, for runs validated on different documents, and for a single
 *   seed validated on a single document, where nothing shows how large the noise is
 */
export function rank(
  results: readonly RunResult[],
  weights: Readonly<Record<string, number>>,
  random: Random,
  options: RankOptions = {},
): Ranking {
  const { confidence = 0.95, draws = 10_000 } = options;
  const shares = normalise(weights);
  const domains = Object.keys(shares);
  const panel = alignRuns(results, domains);
  const ranking: Ranking = {
    confidence,
    weights: shares,
    seeds: panel.seeds.length,
    recipes: [],
    pairs: [],
    domains: {},
    failed: panel.failed,
  };
  if (panel.recipes.length === 0) return ranking;

  const groups = groupIdentical(panel, domains);
  const measured = new Map(domains.map((domain) => [domain, measureDomain(groups.panel, domain)]));
  if (panel.recipes.length > 1) {
    for (const [domain, { documents }] of measured)
      requireNoise(domain, panel.seeds.length, documents ? 2 : 1);
  }

  const compare = (objective: Record<string, number>): Comparison => ({
    names: panel.recipes,
    groups,
    estimate: estimateObjective(measured, objective),
    trajectories: panel.runs.map((runs) => meanTrajectory(runs, objective)),
    confidence,
  });

  const overall = compare(shares);
  const order = orderByLoss(overall);
  const ranks = competitionRanks(overall, order);
  const probabilities = probabilitiesBest(overall.estimate, draws, random);
  ranking.pairs = comparePairs(overall, order);
  const tied = new Set(
    ranking.pairs.filter((p) => p.better === panel.recipes[order[0]!] && p.tie).map((p) => p.worse),
  );
  const seedVariance = measureSeedVariance(overall.estimate, confidence);
  if (seedVariance) ranking.seedVariance = seedVariance;
  const worst = overall.trajectories[order.at(-1)!]!;
  ranking.recipes = order.map((r, at) => {
    const group = groups.group[r]!;
    const ranked: RankedRecipe = {
      recipe: panel.recipes[r]!,
      rank: ranks[at]!,
      lossNats: overall.estimate.means[group]!,
      bitsPerByte: weigh(measured, shares, (losses) => mean(losses.bitsPerByte[group]!)),
      seedLossNats: overall.estimate.lossNats[group]!,
      ...effect(overall, r),
      probabilityBest: probabilities[group]! / groups.sizes[group]!,
      tiedWithBest: tied.has(panel.recipes[r]!),
    };
    const share = shareToReach(overall.trajectories[r]!, worst);
    if (share !== undefined) ranked.tokensToReachWorst = share;
    return ranked;
  });
  for (const domain of domains) {
    ranking.domains[domain] = rankDomain(compare({ [domain]: 1 }), measured.get(domain)!);
  }
  return ranking;
}

function rankDomain(comparison: Comparison, losses: DomainLosses): DomainRanking {
  const order = orderByLoss(comparison);
  const ranks = competitionRanks(comparison, order);
  const recipes = order.map((r, at) => {
    const group = comparison.groups.group[r]!;
    const lossNats = comparison.estimate.means[group]!;
    const { effectNats, effectInterval } = effect(comparison, r);
    return {
      recipe: comparison.names[r]!,
      rank: ranks[at]!,
      lossNats,
      bitsPerByte: mean(losses.bitsPerByte[group]!),
      // The interval of the difference to the mean of all recipes, moved to where the loss is.
      interval: {
        low: effectInterval.low - effectNats + lossNats,
        high: effectInterval.high - effectNats + lossNats,
      },
    };
  });
  return { recipes, pairs: comparePairs(comparison, order) };
}

function estimateObjective(measured: Map<string, DomainLosses>, objective: Record<string, number>) {
  const parts = Object.entries(objective).map(([domain, weight]) => ({
    weight,
    losses: measured.get(domain)!,
  }));
  const lossNats = parts[0]!.losses.lossNats.map((seeds, r) =>
    seeds.map((_, s) =>
      parts.reduce((total, { weight, losses }) => total + weight * losses.lossNats[r]![s]!, 0),
    ),
  );
  const documents = parts.flatMap(({ weight, losses }) =>
    losses.documents ? [{ weight, noise: losses.documents }] : [],
  );
  return estimate(lossNats, documents);
}

function weigh(
  measured: Map<string, DomainLosses>,
  shares: Record<string, number>,
  value: (losses: DomainLosses) => number,
): number {
  return [...measured].reduce((total, [domain, losses]) => total + shares[domain]! * value(losses), 0);
}

function normalise(weights: Readonly<Record<string, number>>): Record<string, number> {
  const entries = Object.entries(weights);
  const total = entries.reduce((sum, [, weight]) => sum + weight, 0);
  if (!(total > 0 && Number.isFinite(total)) || entries.some(([, weight]) => !(weight >= 0))) {
    throw new AssayError('ranking', 'weights of validation domains', {
      expected: 'weights of 0 or more with a positive sum',
      got: JSON.stringify(weights),
    });
  }
  return Object.fromEntries(entries.map(([domain, weight]) => [domain, weight / total]));
}

/**
 * Intervals need something that varies. To be asked before hours are spent on training, too.
 * @param documents validation documents of the domain
 * @throws AssayError for a single seed on a single document, where nothing shows how large the noise is
 */
export function requireNoise(domain: string, seeds: number, documents: number): void {
  if (seeds > 1 || documents > 1) return;
  throw new AssayError(`validation domain "${domain}"`, 'nothing would show how large the noise is', {
    expected: 'at least 2 seeds or 2 documents',
    got: '1 seed and 1 document',
    fix: 'Add a seed (`proxy.seeds`), or validation tokens (`proxy.evaluationTokens`) or documents.',
    exitCode: ExitCode.data,
  });
}
