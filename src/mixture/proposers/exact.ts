/** The exact proposer: the mixture of least cost within the limits. */
import { between, broughtInside, interiorMixture } from './feasible.js';
import { minimise } from './interior-point.js';
import { isWithin } from './limits.js';
import { costsAt, type Problem } from './problem.js';
import { improveByTransfers } from './transfers.js';

export interface ExactProposal {
  /** [domains] */
  mixture: Float64Array;
  cost: number;
}

/** How far a start is drawn inside, away from bounds that it touches. */
const inward = 0.02;

/**
 * An interior-point search from each start and from near the prior, then transfers of shares from the best of all
 * these mixtures. Under a fit whose terms are convex in the shares (log-linear, linear) this is the global optimum;
 * under others (Gaussian process, trees) it is the best that was found, and never worse than any of the starts.
 *
 * @param starts [domains] each, such as the sampled proposal and the best mixtures that were trained
 */
export function proposeExact(problem: Problem, starts: readonly Float64Array[]): ExactProposal {
  const inside = interiorMixture(problem.limits);
  const allowed = starts.map((start) => broughtInside(start, problem.limits, inside));
  const found = [inside, ...allowed.map((start) => between(start, inside, inward))].map((start) =>
    atBounds(problem, minimise(problem, start)),
  );
  const candidates = [...found, ...allowed];
  const costs = costsAt(problem, candidates);
  const lowest = costs.reduce((least, cost, i) => (cost < costs[least]! ? i : least), 0);
  const mixture = improveByTransfers(problem, candidates[lowest]!);
  return { mixture, cost: costsAt(problem, [mixture])[0]! };
}

/** Puts shares that the barrier keeps a hair from their bound onto it, where that costs nothing. */
function atBounds(problem: Problem, mixture: Float64Array): Float64Array {
  const { lower, upper } = problem.limits;
  const snapped = mixture.map((share, i) =>
    share - lower[i]! < 1e-6 ? lower[i]! : upper[i]! - share < 1e-6 ? upper[i]! : share,
  );
  const missing = 1 - snapped.reduce((sum, share) => sum + share, 0);
  const roomiest = snapped.reduce(
    (best, share, i) =>
      Math.min(share - lower[i]!, upper[i]! - share) >
      Math.min(snapped[best]! - lower[best]!, upper[best]! - snapped[best]!)
        ? i
        : best,
    0,
  );
  snapped[roomiest]! += missing;
  if (!isWithin(snapped, problem.limits, 1e-12)) return mixture;
  const [before, after] = costsAt(problem, [mixture, snapped]);
  return after! <= before! + 1e-12 ? snapped : mixture;
}
