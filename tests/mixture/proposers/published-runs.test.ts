/** Both proposers on the published runs of RegMix, under every kind of fit. */
import { describe, expect, test } from 'vitest';
import { type RegressorName, readMixtureRuns, regressors } from '../../../src/mixture/index.js';
import { isWithin, limitsOf, mixturesOf, propose } from '../../../src/mixture/proposers/index.js';
import { Random } from '../../../src/random.js';

const file = (name: string) => new URL(`../fixtures/regmix/${name}`, import.meta.url).pathname;
const runs = await readMixtureRuns(file('train_mixture_1m.csv'), file('train_pile_loss_1m.csv'));
const trained = mixturesOf(runs.mixtures);
const mean = (i: number) => trained.reduce((sum, mixture) => sum + mixture[i]!, 0) / trained.length;
const prior = { domains: runs.domains, shares: Float64Array.from(runs.domains, (_, i) => mean(i)) };
const metric = 'metric/the_pile_pile_cc_val_loss';
const losses = runs.losses[runs.metrics.indexOf(metric)]!;

describe.each<RegressorName>(['gbdt', 'gp', 'loglinear', 'linear'])('under a fit by %s', (regressor) => {
  const random = Random.fromSeed(1);
  // A part of the runs: what is compared is two searches of one fit, not how good the fit is.
  const rows = { rows: 160, columns: 17, values: runs.mixtures.values.slice(0, 160 * 17) };
  const fit = regressors[regressor].fit(rows, losses.slice(0, 160), { random });
  const metrics = [{ name: metric, better: 'lower' as const, fit }];
  const objective = { kind: 'weighted' as const, weights: new Map([[metric, 1]]) };
  const maximumShares = new Map(
    runs.domains.map((name, i) => [name, Math.max(...trained.map((row) => row[i]!))]),
  );
  const free = limitsOf({ domains: runs.domains, prior: prior.shares, maximumShares });
  const supplied = limitsOf({
    domains: runs.domains,
    prior: prior.shares,
    maximumShares,
    supplyTokens: new Map(runs.domains.map((name, i) => [name, mean(i) * 40e9])),
    budgetTokens: 25e9,
    maximumRepetition: 2,
    maximumDivergence: 0.5,
  });

  test.each([
    ['without a supply', free],
    ['under a supply and within a divergence', supplied],
  ])('the exact proposal %s costs no more than RegMix’s, and both are allowed', (_, limits) => {
    const { exact, sampled } = propose({ prior, trained, metrics, objective, limits, random, draws: 4000 });
    expect(exact!.cost).toBeLessThanOrEqual(sampled.cost);
    for (const { mixture } of [exact!, sampled]) expect(isWithin(mixture, limits)).toBe(true);
  });
});
