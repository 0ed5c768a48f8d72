/** RegMix's proposer: many mixtures drawn around the prior, and the mean of those that the fit likes best. */
import type { Random } from '../../random.js';
import { drawDirichlet } from '../design/index.js';
import { broughtInside, interiorMixture } from './feasible.js';
import { isWithin } from './limits.js';
import { costsAt, type Problem } from './problem.js';

export interface SampledOptions {
  /** Mixtures drawn from Dirichlet(prior). Default 100,000, as RegMix. */
  draws?: number;
  /** How many of the best are averaged. Default 128, as RegMix. */
  keep?: number;
}

export interface SampledProposal {
  /** [domains] */
  mixture: Float64Array;
  cost: number;
  /** Draws that were within the limits as drawn; the others were moved inside where these were fewer than `keep`. */
  drawsWithin: number;
  /** The best draw itself: where an exact search can begin. */
  bestDraw: Float64Array;
}

const batch = 4096;

/** Means of mixtures within the limits are within them, since bounds and divergence are convex. */
export function proposeSampled(
  problem: Problem,
  random: Random,
  { draws = 100_000, keep = 128 }: SampledOptions = {},
): SampledProposal {
  const { limits } = problem;
  const all = Array.from({ length: draws }, () => drawDirichlet(limits.prior, random));
  const within = all.filter((mixture) => isWithin(mixture, limits));
  const inside = interiorMixture(limits);
  const usable =
    within.length >= keep ? within : all.map((mixture) => broughtInside(mixture, limits, inside));
  const costs = new Float64Array(usable.length);
  for (let from = 0; from < usable.length; from += batch)
    costs.set(costsAt(problem, usable.slice(from, from + batch)), from);
  const best = [...costs.keys()].sort((a, b) => costs[a]! - costs[b]!).slice(0, keep);
  const mixture = new Float64Array(limits.prior.length);
  for (const i of best)
    usable[i]!.forEach((share, domain) => {
      mixture[domain]! += share / best.length;
    });
  return {
    mixture,
    cost: costsAt(problem, [mixture])[0]!,
    drawsWithin: within.length,
    bestDraw: usable[best[0]!]!,
  };
}
