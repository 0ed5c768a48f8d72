/** A small study of mixtures with known laws, fitted and proposed by the real code: what the report's tests draw. */
import { priorOf } from '../../../src/mixture/design/index.js';
import {
  drawDirichlet,
  fitMetrics,
  limitsOf,
  type MixtureReport,
  type MixtureRuns,
  mixturesOf,
  type NamedPhases,
  paretoFront,
  predictByFolds,
  propose,
  regressors,
  reportMixtures,
} from '../../../src/mixture/index.js';
import { Random } from '../../../src/random.js';

export interface SimulatedMixtures {
  domains?: string[];
  metrics?: string[];
  runs?: number;
  testRuns?: number;
  /** Fits alone, without a proposal. */
  only?: 'fits';
  beside?: NamedPhases[];
}

export const pileDomains = [
  ...['arxiv', 'freelaw', 'nih_exporter', 'pubmed_central', 'wikipedia_en', 'dm_mathematics', 'github'],
  ...['philpapers', 'stackexchange', 'enron_emails', 'gutenberg_pg_19', 'pile_cc', 'ubuntu_irc'],
  ...['europarl', 'hackernews', 'pubmed_abstracts', 'uspto_backgrounds'],
].map((name) => `train_the_pile_${name}`);

/** A metric falls most with the domain at its own place in the list. */
export function simulateMixtures(options: SimulatedMixtures = {}): MixtureReport {
  const {
    domains = ['web', 'code', 'books', 'wiki', 'maths'],
    metrics = ['wiki_loss', 'code_loss'],
    runs: count = 80,
    testRuns = 0,
    only,
    beside = [],
  } = options;
  const random = Random.fromSeed('mixtures');
  const prior = priorOf(new Map(domains.map((domain, i) => [domain, 1 / (1 + i)])));
  const runsOf = (rows: number): MixtureRuns => {
    const drawn = Array.from({ length: rows }, () =>
      drawDirichlet(
        prior.shares.map((share) => 8 * share),
        random,
      ),
    );
    return {
      index: drawn.map((_, i) => String(i + 1)),
      domains,
      mixtures: {
        rows,
        columns: domains.length,
        values: Float64Array.from(drawn.flatMap((row) => [...row])),
      },
      metrics,
      losses: metrics.map((_, metric) =>
        Float64Array.from(
          drawn,
          (row) => 2 + Math.exp(0.5 - 5 * row[metric + 1]! - row[0]!) + 0.02 * random.normal(),
        ),
      ),
    };
  };
  const runs = runsOf(count);
  const regressor = regressors.linear;
  const fitting = { names: metrics, higher: new Set<string>(), regressor, random: random.split('fit') };
  const fitted = fitMetrics(runs, fitting).map((metric, m) => ({
    ...metric,
    unseen: predictByFolds(regressor, metric.fit, runs.mixtures, runs.losses[m]!, { random })!,
  }));
  const inputs = { regressor: 'linear' as const, runs, metrics: fitted, random };
  const test = testRuns > 0 ? { test: runsOf(testRuns) } : {};
  if (only === 'fits') return reportMixtures({ ...inputs, ...test });
  const weights = new Map([[metrics[0]!, 1]]);
  const objective = { kind: 'weighted', weights } as const;
  const second = { kind: 'weighted', weights: new Map([[metrics.at(-1)!, 1]]) } as const;
  const limits = limitsOf({ domains, prior: prior.shares, maximumDivergence: 0.5 });
  const trained = mixturesOf(runs.mixtures);
  const proposal = propose({
    ...{ prior, trained, metrics: fitted, objective, limits, draws: 500, keep: 16 },
    random: random.split('propose'),
  });
  const points = paretoFront([objective, second], fitted, limits, [proposal.mixture]);
  return reportMixtures({
    ...inputs,
    ...test,
    proposal: {
      ...{ proposal, combine: 'mean', weights, objective, limits, beside },
      pareto: { second, names: [metrics[0]!, metrics.at(-1)!], points },
    },
  });
}

/** A schedule whose last stage lacks most domains. */
export function stagedMixture(domains: readonly string[], name = 'RegMix-D'): NamedPhases {
  const random = Random.fromSeed(name);
  const stages = 8;
  return {
    name,
    phases: Array.from({ length: stages }, (_, stage) => {
      const shares = drawDirichlet(new Float64Array(domains.length).fill(0.4), random);
      if (stage === stages - 1) shares.fill(0).set([0.75, 0.25]);
      return { share: 1 / stages, mixture: new Map(domains.map((domain, i) => [domain, shares[i]!])) };
    }),
  };
}
