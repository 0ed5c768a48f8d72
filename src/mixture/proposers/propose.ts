/** From fits to a proposal: the mixture, what it is predicted to give, and how far to trust it. */
import type { Random } from '../../random.js';
import { type Prior, rowsOf } from '../design/index.js';
import { type DesignDistance, distanceToDesign } from './distance.js';
import { type ExactProposal, proposeExact } from './exact.js';
import { type Gain, gainOver, type Refit } from './gain.js';
import { divergence, type Limits } from './limits.js';
import { costOf, type FittedMetric, type Objective, termsOf } from './objective.js';
import { costsAt, type Problem } from './problem.js';
import { proposeSampled, type SampledOptions, type SampledProposal } from './sampled.js';

export interface ProposeOptions extends SampledOptions {
  prior: Prior;
  /** [domains] each: the mixtures that the fits were made on. */
  trained: readonly Float64Array[];
  metrics: readonly FittedMetric[];
  objective: Objective;
  limits: Limits;
  /** λ: cost of a nat of KL(mixture ‖ prior). Default 0; olmix takes 0.05. */
  divergencePenalty?: number;
  /** Default `exact`. */
  proposer?: 'exact' | 'regmix';
  /** For fits without errors: how to fit again, and how often. */
  refits?: { refit: Refit; draws: number };
  random: Random;
}

export interface PredictedMetric {
  name: string;
  better: 'lower' | 'higher';
  prior: number;
  proposal: number;
  /** Of one run on the proposal; only where the fit knows it. */
  standardError?: number;
}

export interface Proposal {
  proposer: 'exact' | 'regmix';
  domains: readonly string[];
  /** [domains] Shares of tokens. */
  mixture: Float64Array;
  prior: Float64Array;
  predicted: PredictedMetric[];
  gain: Gain;
  /** KL(mixture ‖ prior) in nats. */
  divergence: number;
  distance: DesignDistance;
  /** Both proposers' answers, whichever was asked for; costs include the penalty. */
  sampled: SampledProposal;
  exact?: ExactProposal;
}

/** @throws AssayError for metrics that are not there, and limits that nothing satisfies */
export function propose(options: ProposeOptions): Proposal {
  const { prior, trained, metrics, objective, limits, random, proposer = 'exact' } = options;
  const cost = costOf(termsOf(objective, metrics, prior.shares), metrics);
  const problem: Problem = { cost, limits, divergencePenalty: options.divergencePenalty ?? 0 };

  // RegMix's answer comes first: it is a start of the exact search, which so can only be as good or better.
  const sampled = proposeSampled(problem, random.split('draws'), options);
  const starts = [sampled.mixture, sampled.bestDraw, ...bestTrained(problem, trained, 2)];
  const exact = proposer === 'exact' ? proposeExact(problem, starts) : undefined;
  const mixture = (exact ?? sampled).mixture;

  const { refits } = options;
  const refitting = refits && { ...refits, random: random.split('refits') };
  return {
    proposer,
    domains: prior.domains,
    mixture,
    prior: prior.shares,
    predicted: metrics.map((metric) => predicted(metric, prior.shares, mixture)),
    gain: gainOver(prior.shares, mixture, objective, metrics, refitting),
    divergence: divergence(mixture, prior.shares),
    distance: distanceToDesign(mixture, trained),
    sampled,
    ...(exact === undefined ? {} : { exact }),
  };
}

function bestTrained(problem: Problem, trained: readonly Float64Array[], count: number): Float64Array[] {
  if (trained.length === 0) return [];
  const costs = costsAt({ ...problem, divergencePenalty: 0 }, trained);
  return [...costs.keys()]
    .sort((a, b) => costs[a]! - costs[b]!)
    .slice(0, count)
    .map((i) => trained[i]!);
}

function predicted(
  { name, better, fit }: FittedMetric,
  prior: Float64Array,
  mixture: Float64Array,
): PredictedMetric {
  const rows = rowsOf([prior, mixture]);
  const [atPrior, atMixture] = fit.predict(rows);
  const standardError = fit.predictWithError?.(rows).standardError[1];
  return {
    name,
    better,
    prior: atPrior!,
    proposal: atMixture!,
    ...(standardError === undefined ? {} : { standardError }),
  };
}
