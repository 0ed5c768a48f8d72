/** Compares recipes under one objective: pairs, effects, ranks. */
import type { Interval, PairDifference } from '../records.js';
import type { Grouped } from './identical.js';
import { contrastNoise, type Estimate, halfWidth, pairContrast } from './noise.js';
import { documentsToSettle, seedsToSettle } from './settle.js';
import { shareToReach, type Trajectory } from './trajectory.js';

/** Everything that comparing needs to know about the recipes, in the order of the panel. */
export interface Comparison {
  names: string[];
  groups: Grouped;
  /** Of the distinct recipes. */
  estimate: Estimate;
  trajectories: Trajectory[];
  confidence: number;
}

/** Recipes by mean loss, best first; equal losses in the order given. */
export function orderByLoss(of: Comparison): number[] {
  const loss = (r: number) => of.estimate.means[of.groups.group[r]!]!;
  return of.names.map((_, r) => r).sort((a, b) => loss(a) - loss(b) || a - b);
}

/** Competition ranks (1, 2, 2, 4) of an order by loss. */
export function competitionRanks(of: Comparison, order: readonly number[]): number[] {
  const loss = (r: number) => of.estimate.means[of.groups.group[r]!]!;
  const result: number[] = [];
  order.forEach((r, at) => {
    const previous = order[at - 1];
    result.push(previous !== undefined && loss(previous) === loss(r) ? result[at - 1]! : at + 1);
  });
  return result;
}

/** Every pair, the better recipe first, in the order of the ranking. */
export function comparePairs(of: Comparison, order: readonly number[]): PairDifference[] {
  const pairs: PairDifference[] = [];
  for (let i = 0; i < order.length; i++) {
    for (let j = i + 1; j < order.length; j++) pairs.push(comparePair(of, order[i]!, order[j]!));
  }
  return pairs;
}

function comparePair(of: Comparison, better: number, worse: number): PairDifference {
  const { estimate, groups, confidence } = of;
  const [a, b] = [groups.group[better]!, groups.group[worse]!];
  const names = { better: of.names[better]!, worse: of.names[worse]! };
  if (a === b) return { ...names, differenceNats: 0, interval: { low: 0, high: 0 }, tie: true };

  const differenceNats = estimate.means[b]! - estimate.means[a]!;
  const noise = contrastNoise(estimate, pairContrast(estimate, a, b));
  const interval = around(differenceNats, halfWidth(noise, confidence));
  const tie = interval.low <= 0;
  const pair: PairDifference = { ...names, differenceNats, interval, tie };
  if (tie) {
    const seeds = seedsToSettle(estimate, differenceNats, noise, confidence);
    const documents = documentsToSettle(estimate, differenceNats, noise, confidence);
    if (seeds !== undefined) pair.seedsToSettle = seeds;
    if (documents !== undefined) pair.documentsToSettle = documents;
  }
  const share = shareToReach(of.trajectories[better]!, of.trajectories[worse]!);
  if (share !== undefined) pair.tokensSavedFactor = 1 / share;
  return pair;
}

/** Difference of a recipe to the mean of all recipes. */
export function effect(of: Comparison, recipe: number): { effectNats: number; effectInterval: Interval } {
  const { estimate, groups } = of;
  const group = groups.group[recipe]!;
  const contrast = groups.sizes.map((size, g) => (g === group ? 1 : 0) - size / of.names.length);
  const effectNats = contrast.reduce((total, c, g) => total + c * estimate.means[g]!, 0);
  const width = halfWidth(contrastNoise(estimate, contrast), of.confidence);
  return { effectNats, effectInterval: around(effectNats, width) };
}

function around(centre: number, width: number): Interval {
  return { low: centre - width, high: centre + width };
}
