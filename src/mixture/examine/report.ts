/** Everything that a report of fits and proposals shows, as one record. */
import type { Random } from '../../random.js';
import { rowsOf } from '../design/index.js';
import type { MixtureRuns } from '../fit/mixture-runs.js';
import {
  distancesAmong,
  type Limits,
  mixturesOf,
  type Objective,
  type ParetoPoint,
  type Proposal,
  termsOf,
  termValues,
} from '../proposers/index.js';
import type { RegressorName } from '../regressors/named.js';
import { type ComparedMixture, compareMixture, type NamedPhases } from './compare.js';
import { type ExaminedMetric, examineFit, type FitExamination } from './fits.js';

/** Plain JSON. */
export interface MixtureReport {
  regressor: RegressorName;
  domains: string[];
  /** Training runs, and runs of the test set. */
  runs: number;
  testRuns: number;
  fits: FitExamination[];
  /** Share of tokens from each trained mixture to its nearest other. */
  designDistances: number[];
  /** Absent where only fits are reported. */
  proposal?: ProposalReport;
}

export interface ProposalReport {
  combine: 'mean' | 'worst' | 'worst-change';
  /** By metric. */
  weights: Record<string, number>;
  /** The prior first, then the proposal, then all others. */
  compared: ComparedMixture[];
  /** [domains] */
  limits: { lower: number[]; upper: number[] };
  front?: ParetoFront;
}

/** Two objectives, lower is better: a metric where more is better counts with its sign turned. */
export interface ParetoFront {
  first: string;
  second: string;
  points: { first: number; second: number; mixture: number[] }[];
  /** Predicted of mixtures that are compared, schedules left out. */
  compared: { name: string; first: number; second: number }[];
  /** What the training runs did. */
  runs: { first: number; second: number }[];
}

export interface ReportInputs {
  regressor: RegressorName;
  runs: MixtureRuns;
  test?: MixtureRuns;
  metrics: readonly ExaminedMetric[];
  random: Random;
  proposal?: {
    proposal: Proposal;
    combine: ProposalReport['combine'];
    /** By metric. */
    weights: ReadonlyMap<string, number>;
    objective: Objective;
    limits: Limits;
    /** The other objective, and the front between the two. */
    pareto?: { second: Objective; names: readonly [string, string]; points: readonly ParetoPoint[] };
    /** Further mixtures and schedules to show. */
    beside: readonly NamedPhases[];
  };
}

/** @throws AssayError for mixtures to compare with other domains than the runs */
export function reportMixtures(inputs: ReportInputs): MixtureReport {
  const { regressor, runs, test, metrics, random, proposal } = inputs;
  const examining = { random, ...(test && { test }) };
  return {
    regressor,
    domains: [...runs.domains],
    runs: runs.index.length,
    testRuns: test?.index.length ?? 0,
    fits: metrics.map((metric) => examineFit(runs, metric, examining)),
    designDistances: distancesAmong(mixturesOf(runs.mixtures)),
    ...(proposal && { proposal: reportProposal(proposal, inputs) }),
  };
}

function reportProposal(
  { proposal, combine, weights, objective, limits, pareto, beside }: NonNullable<ReportInputs['proposal']>,
  { runs, metrics }: ReportInputs,
): ProposalReport {
  const { domains, mixture, prior, sampled, exact } = proposal;
  const under = { domains, prior, trained: mixturesOf(runs.mixtures), metrics, objective };
  const kept = (name: string, shares: Float64Array): NamedPhases => ({
    name,
    phases: [{ share: 1, mixture: new Map(domains.map((domain, i) => [domain, shares[i]!])) }],
  });
  const proposed: ComparedMixture = {
    ...compareMixture(kept(exact ? 'exact' : 'RegMix', mixture), under),
    gain: proposal.gain,
  };
  const others = [...(exact ? [kept('RegMix', sampled.mixture)] : []), ...beside];
  const compared = [
    compareMixture(kept('prior', prior), under),
    proposed,
    ...others.map((each) => compareMixture(each, under)),
  ];
  return {
    combine,
    weights: Object.fromEntries(weights),
    compared,
    limits: { lower: [...limits.lower], upper: [...limits.upper] },
    ...(pareto && {
      front: frontOf(pareto, compared, metrics, { runs, objectives: [objective, pareto.second], prior }),
    }),
  };
}

function frontOf(
  { names, points }: { names: readonly [string, string]; points: readonly ParetoPoint[] },
  compared: readonly ComparedMixture[],
  metrics: readonly ExaminedMetric[],
  { runs, objectives, prior }: { runs: MixtureRuns; objectives: readonly Objective[]; prior: Float64Array },
): ParetoFront {
  const both = (columns: readonly Float64Array[], rows: number) => {
    const [first, second] = objectives.map((objective) => {
      const terms = termsOf(objective, metrics, prior);
      const values = termValues(terms, columns, rows);
      return Array.from({ length: rows }, (_, row) =>
        Math.max(...values.subarray(row * terms.length, (row + 1) * terms.length)),
      );
    }) as [number[], number[]];
    return first.map((value, row) => ({ first: value, second: second[row]! }));
  };
  const shown = compared.filter(({ stages }) => stages === undefined);
  const mixtures = rowsOf(shown.map(({ mixture }) => Float64Array.from(mixture)));
  const predicted = both(
    metrics.map(({ fit }) => fit.predict(mixtures)),
    shown.length,
  );
  return {
    first: names[0],
    second: names[1],
    points: points.map(({ mixture, first, second }) => ({ first, second, mixture: [...mixture] })),
    compared: shown.map(({ name }, i) => ({ name, ...predicted[i]! })),
    runs: both(
      metrics.map(({ name }) => runs.losses[runs.metrics.indexOf(name)]!),
      runs.index.length,
    ),
  };
}
