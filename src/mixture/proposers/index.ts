/** Proposers: which mixture to train the target on, given fits of what mixtures lead to. */
export { type DesignDistance, distancesAmong, distanceToDesign } from './distance.js';
export { type ExactProposal, proposeExact } from './exact.js';
export { type FitMetricsOptions, fitMetrics, mixturesOf, noiseOf, refitOn } from './fit-metrics.js';
export { type Gain, gainOver, type Refit } from './gain.js';
export { divergence, isWithin, type LimitOptions, type Limits, limitsOf } from './limits.js';
export { type Cost, costOf, type FittedMetric, type Objective, termsOf, termValues } from './objective.js';
export { type ParetoPoint, paretoFront } from './pareto.js';
export type { Problem } from './problem.js';
export { type PredictedMetric, type Proposal, type ProposeOptions, propose } from './propose.js';
export { proposeSampled, type SampledOptions, type SampledProposal } from './sampled.js';
