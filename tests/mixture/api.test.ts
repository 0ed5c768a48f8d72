/** Mixtures by the public API alone: from a design to the trainer's file, and from trajectories to a controller. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  boundariesOf,
  exporters,
  fitMetrics,
  fitStages,
  limitsOf,
  type MixtureRuns,
  mixturePage,
  mixturesOf,
  openController,
  planTokens,
  predictByFolds,
  priorOf,
  propose,
  Random,
  regressors,
  replayJournal,
  reportMixtures,
  rowsOf,
  type ScheduleOptions,
  sampleRegmix,
  scheduleOffline,
  type Trajectories,
  writeController,
} from '../../src/index.js';

const random = Random.fromSeed('api');
const prior = priorOf(
  new Map([
    ['web', 6e9],
    ['code', 3e9],
    ['books', 1e9],
  ]),
);
const domains = [...prior.domains];
/** Falls with code, most where there is little of it. */
const lossOf = ([, code]: Float64Array) => 2 + Math.exp(-4 * code!);

test('a design, its losses, a proposal, a report and the trainer’s file', () => {
  const design = sampleRegmix(prior, 40, random.split('design'));
  const runs: MixtureRuns = {
    index: design.map((_, i) => `${i}`),
    domains,
    mixtures: rowsOf(design),
    metrics: ['code'],
    losses: [Float64Array.from(design, lossOf)],
  };
  const regressor = regressors.loglinear;
  const fitting = { names: ['code'], higher: new Set<string>(), regressor, random: random.split('fit') };
  const metrics = fitMetrics(runs, fitting);
  const limits = limitsOf({ domains, prior: prior.shares, maximumShares: new Map([['code', 0.5]]) });
  const weights = new Map([['code', 1]]);
  const objective = { kind: 'weighted', weights } as const;
  const trained = mixturesOf(runs.mixtures);
  const proposal = propose({ prior, trained, metrics, objective, limits, draws: 500, keep: 10, random });
  expect(proposal.mixture[1]).toBeCloseTo(0.5, 5);

  const unseen = predictByFolds(regressor, metrics[0]!.fit, runs.mixtures, runs.losses[0]!, { random })!;
  const report = reportMixtures({
    ...{ regressor: 'loglinear', runs, metrics: [{ ...metrics[0]!, unseen }], random },
    proposal: { proposal, combine: 'mean', weights, objective, limits, beside: [] },
  });
  expect(report.fits[0]!.heldOut[0]!.spearman).toBeGreaterThan(0.9);
  expect(mixturePage(report, '0')).toContain('<h2 id="weights">');

  const mixture = new Map(domains.map((domain, i) => [domain, proposal.mixture[i]!]));
  const sources = new Map(domains.map((domain) => [domain, { paths: [{ path: `data/${domain}` }] }]));
  const plan = planTokens({ phases: [{ share: 1, mixture }], sources, budgetTokens: 1e9 });
  expect(exporters.megatron(plan).files[0]!.text).toContain('0.5 data/code');
});

test('trajectories, a schedule, and a controller whose journal gives the same answers again', async () => {
  const trajectories: Trajectories = {
    domains,
    metrics: ['code'],
    runs: sampleRegmix(prior, 30, random.split('proxies')).map((shares, i) => ({
      run: `${i}`,
      progress: Float64Array.of(0, 0.5, 1),
      losses: { rows: 3, columns: 1, values: Float64Array.of(6, 1 + lossOf(shares), lossOf(shares)) },
      mixtures: [{ from: 0, shares }],
    })),
  };
  const model = fitStages(trajectories, {
    ...{ boundaries: boundariesOf(2), regressor: regressors.linear, pooled: false, predicts: 'loss' },
    random,
  });
  const objective = new Map([['code', 1]]);
  const options: ScheduleOptions = { objective, horizon: 'stage', prior: prior.shares, draws: 300, keep: 5 };
  const schedule = scheduleOffline(model, options, random.split('schedule'));
  expect(schedule.phases).toHaveLength(2);
  expect(schedule.phases[0]!.mixture.code).toBeGreaterThan(prior.shares[1]!);

  const folder = join(mkdtempSync(join(tmpdir(), 'assay-')), 'controller');
  await writeController(folder, { model, options, seed: '0', schedule });
  const controller = openController(folder);
  const answer = controller.next({ stage: 0, losses: { code: 6 } });
  expect(answer.mixture.code).toBeGreaterThan(prior.shares[1]!);
  expect(replayJournal(openController(folder))).toEqual([{ stage: 0, same: true }]);
});
