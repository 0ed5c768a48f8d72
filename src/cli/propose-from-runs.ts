/** What `assay propose` does: reads runs and limits, fits and proposes, and writes the report. */
import { resolve } from 'node:path';
import { AssayError, ExitCode } from '../errors.js';
import {
  type FittedMetric,
  fitMetrics,
  type Limits,
  limitsOf,
  type MixtureRuns,
  mixturesOf,
  noiseOf,
  type Objective,
  type Prior,
  paretoFront,
  predictByFolds,
  priorOf,
  propose,
  type RegressorName,
  type ReportInputs,
  refitOn,
  regressors,
} from '../mixture/index.js';
import { Random } from '../random.js';
import { metricIn, metricsIn, weightsIn } from './metric-names.js';
import { readAmounts } from './mixture-files.js';
import { byName } from './named-proposal.js';
import type { EndFlags, TestFlags } from './results-flags.js';
import { readEndsFrom, readTestSet } from './trained-runs.js';

export interface ProposeFlags extends EndFlags, TestFlags {
  objective: string[];
  combine: 'mean' | 'worst' | 'worst-change';
  higher: string[];
  also: string[];
  prior?: string;
  supply?: string;
  budget?: number;
  maxRepeat: number;
  min: Map<string, number>;
  max: Map<string, number>;
  extrapolate?: boolean;
  klPenalty: number;
  klLimit?: number;
  proposer: 'exact' | 'regmix';
  regressor: RegressorName;
  draws: number;
  keep: number;
  refits: number;
  pareto?: string;
  seed: string;
  out?: string;
  report?: string;
  compare?: Map<string, string>;
  json?: boolean;
}

export type NamedProposal = Awaited<ReturnType<typeof proposeFromRuns>>;

/** @throws AssayError for files that cannot be read, metrics and domains that are not there, and limits nothing satisfies */
export async function proposeFromRuns(flags: ProposeFlags) {
  const runs = await readEndsFrom(flags);
  const trained = mixturesOf(runs.mixtures);
  const prior = await priorFor(runs, flags.prior);
  const random = Random.fromSeed(flags.seed);

  const weights = new Map(flags.objective.flatMap((text) => weightsIn(text, runs)));
  const objective = objectiveOf(flags.combine, weights);
  const second = flags.pareto === undefined ? undefined : metricIn(flags.pareto, runs);
  const names = [
    ...new Set([
      ...weights.keys(),
      ...flags.also.flatMap((text) => metricsIn(text, runs)),
      ...(second === undefined ? [] : [second]),
    ]),
  ];
  const higher = new Set(flags.higher.flatMap((text) => metricsIn(text, runs)));
  const fitting = { names, higher, regressor: regressors[flags.regressor], random: random.split('fit') };
  const metrics = fitMetrics(runs, fitting);

  const supplyTokens = flags.supply === undefined ? undefined : await readAmounts(flags.supply);
  const limits = limitsFor(flags, runs, prior, supplyTokens);
  const { draws, keep, proposer } = flags;
  const proposal = propose({
    prior,
    trained,
    metrics,
    objective,
    limits,
    proposer,
    draws,
    keep,
    divergencePenalty: flags.klPenalty,
    refits: { refit: refitOn(runs, { ...fitting, names: [...weights.keys()] }), draws: flags.refits },
    random: random.split('propose'),
  });
  const other = second === undefined ? undefined : objectiveOf('mean', new Map([[second, 1]]));
  const front = other && paretoFront([objective, other], metrics, limits, [proposal.mixture]);
  if (flags.report !== undefined) {
    const [first] = weights.keys();
    const names = [weights.size === 1 ? first! : 'the objective', second!] as const;
    await writeReport(flags, runs, metrics, {
      ...{ proposal, combine: flags.combine, weights, objective, limits },
      ...(front && { pareto: { second: other!, names, points: front } }),
    });
  }
  return {
    regressor: flags.regressor,
    runs: trained.length,
    seed: flags.seed,
    objective: { combine: flags.combine, weights: Object.fromEntries(weights) },
    ...(flags.budget === undefined ? {} : { budgetTokens: flags.budget }),
    ...(supplyTokens === undefined ? {} : { supplyTokens: Object.fromEntries(supplyTokens) }),
    ...byName(proposal, limits, front),
  };
}

async function writeReport(
  flags: ProposeFlags,
  runs: MixtureRuns,
  metrics: readonly FittedMetric[],
  proposal: Omit<NonNullable<ReportInputs['proposal']>, 'beside'>,
): Promise<void> {
  const { readNamed, reportFits } = await import('./mixture-report.js');
  const random = Random.fromSeed(flags.seed).split('report');
  const test = await readTestSet(flags, runs.domains);
  const examined = metrics.map((metric) => {
    const noise = noiseOf(runs, metric.name);
    const options = { random: random.split(metric.name), ...(noise && { noise }) };
    const targets = runs.losses[runs.metrics.indexOf(metric.name)]!;
    const { regressor } = flags;
    const unseen = predictByFolds(regressors[regressor], metric.fit, runs.mixtures, targets, options);
    return { ...metric, ...(unseen && { unseen }) };
  });
  await reportFits(resolve(flags.report!), {
    ...{ regressor: flags.regressor, runs, metrics: examined, random },
    ...(test && { test }),
    proposal: { ...proposal, beside: readNamed(flags.compare ?? new Map()) },
  });
}

/** The prior by the order of the runs' domains; without a file the mean of what was trained. */
export async function priorFor({ domains, mixtures }: MixtureRuns, file?: string): Promise<Prior> {
  if (file === undefined) {
    const rows = mixturesOf(mixtures);
    return priorOf(
      new Map(domains.map((domain, i) => [domain, rows.reduce((sum, row) => sum + row[i]!, 0)])),
    );
  }
  const amounts = await readAmounts(file);
  const unknown = [...amounts.keys()].find((domain) => !domains.includes(domain));
  const missing = domains.find((domain) => !amounts.has(domain));
  if (unknown !== undefined || missing !== undefined)
    throw new AssayError(file, 'other domains than those of the mixtures', {
      expected: missing === undefined ? `no "${unknown}"` : `an amount for "${missing}"`,
    });
  return priorOf(new Map(domains.map((domain) => [domain, amounts.get(domain)!])), file);
}

/**
 * What an optimum of a fit exploits first is where there are no runs: of a domain that never had more than 3 % a smooth
 * fit may say anything at 50 %.
 */
function largestTrained({ domains, mixtures }: MixtureRuns): Map<string, number> {
  const rows = mixturesOf(mixtures);
  return new Map(domains.map((domain, i) => [domain, Math.max(...rows.map((row) => row[i]!))]));
}

function limitsFor(
  flags: ProposeFlags,
  runs: MixtureRuns,
  prior: Prior,
  supplyTokens?: ReadonlyMap<string, number>,
): Limits {
  if (supplyTokens !== undefined && flags.budget === undefined)
    throw new AssayError('--supply', 'says nothing without the tokens that are trained on', {
      fix: 'Give `--budget`, such as `--budget 25B`.',
      exitCode: ExitCode.usage,
    });
  return limitsOf({
    domains: runs.domains,
    prior: prior.shares,
    minimumShares: flags.min,
    maximumShares: flags.extrapolate ? flags.max : new Map([...largestTrained(runs), ...flags.max]),
    maximumRepetition: flags.maxRepeat,
    usesDivergence: flags.klPenalty > 0,
    ...(supplyTokens && { supplyTokens }),
    ...(flags.budget !== undefined && { budgetTokens: flags.budget }),
    ...(flags.klLimit !== undefined && { maximumDivergence: flags.klLimit }),
  });
}

function objectiveOf(combine: ProposeFlags['combine'], weights: ReadonlyMap<string, number>): Objective {
  if (combine === 'mean') return { kind: 'weighted', weights };
  return {
    kind: 'worst',
    metrics: [...weights.keys()],
    relativeTo: combine === 'worst' ? 'zero' : 'prior',
  };
}
