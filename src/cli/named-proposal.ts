/** A proposal with names in place of positions, as it is printed and written. */
import type { Limits, ParetoPoint, Proposal } from '../mixture/index.js';

export function byName(proposal: Proposal, limits: Limits, front?: readonly ParetoPoint[]) {
  const { domains, proposer, predicted, gain, divergence, distance, sampled, exact } = proposal;
  const named = (shares: Float64Array): Record<string, number> =>
    Object.fromEntries(domains.map((domain, i) => [domain, shares[i]!]));
  const { lower, upper, maximumDivergence } = limits;
  return {
    proposer,
    mixture: named(proposal.mixture),
    prior: named(proposal.prior),
    predicted,
    gain,
    divergence,
    distance: { ...distance, above: distance.above.map((i) => domains[i]!) },
    limits: {
      lower: named(lower),
      upper: named(upper),
      ...(maximumDivergence === undefined ? {} : { maximumDivergence }),
    },
    sampled: { mixture: named(sampled.mixture), cost: sampled.cost, drawsWithin: sampled.drawsWithin },
    ...(exact && { exact: { mixture: named(exact.mixture), cost: exact.cost } }),
    ...(front && { pareto: front.map((point) => ({ ...point, mixture: named(point.mixture) })) }),
  };
}
