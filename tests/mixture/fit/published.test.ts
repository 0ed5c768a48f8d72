/** RegMix's published runs: figures that the paper or public libraries give, on the mixtures that no fit has seen. */
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import {
  ensembleOf,
  fitRuns,
  gpWith,
  judge,
  judgeByFolds,
  linear,
  loglinear,
  type MixtureRuns,
  readMixtureRuns,
} from '../../../src/mixture/index.js';
import { Random } from '../../../src/random.js';

const file = (name: string) => fileURLToPath(new URL(`../fixtures/regmix/${name}_1m.csv`, import.meta.url));
const train = await readMixtureRuns(file('train_mixture'), file('train_pile_loss'));
const unseen = await readMixtureRuns(file('test_mixture'), file('test_pile_loss'));
const random = Random.fromSeed(0);
const pileCc = 'metric/the_pile_pile_cc_val_loss';

test('linear regression ranks unseen mixtures on Pile-CC as well as was published: 0.90', () => {
  const { metrics } = fitRuns(train, { regressor: 'linear', random, test: unseen });
  expect(metrics.find(({ name }) => name === pileCc)!.testSpearman).toBeCloseTo(0.902, 2);
});

test('the log-linear law is between linear regression and boosted trees, whose 0.98 was published', () => {
  const fit = loglinear.fit(train.mixtures, lossOf(train), { random });
  const { spearman } = judge(fit.predict(unseen.mixtures), lossOf(unseen));
  expect(spearman).toBeGreaterThan(0.95);
  expect(spearman).toBeLessThan(0.9892);
});

describe('a Gaussian process fitted to 128 of the 512 runs', () => {
  const some = firstRows(train, 128);
  const process = gpWith({ kernel: 'squared-exponential', input: 'log', floor: 0.3, restarts: 0 });
  const fit = process.fit(some.mixtures, lossOf(some), { random });
  const { mean, standardError, functionError } = fit.predictWithError(unseen.mixtures);

  test('ranks unseen mixtures on Pile-CC better than boosted trees did with 512', () => {
    expect(judge(mean, lossOf(unseen)).spearman).toBeGreaterThan(0.98);
  });

  test('states errors that are about as large as its errors are', () => {
    const inside = lossOf(unseen).filter((loss, i) => Math.abs(loss - mean[i]!) < 1.96 * standardError[i]!);
    expect(inside.length / unseen.index.length).toBeGreaterThan(0.8);
    expect(inside.length / unseen.index.length).toBeLessThan(0.99);
    standardError.forEach((error, i) => {
      expect(error).toBeGreaterThan(functionError[i]!);
    });
  });

  test('trusts a run less whose noise is known to be large', () => {
    const noise = new Float64Array(128).fill(0.01);
    noise[0] = 1;
    const wrong = lossOf(some).slice();
    wrong[0]! += 1;
    const at = { ...some.mixtures, rows: 1, values: some.mixtures.values.slice(0, some.mixtures.columns) };
    const deceived = process.fit(some.mixtures, wrong, { random }).predict(at)[0]!;
    const told = process.fit(some.mixtures, wrong, { random, noise }).predict(at)[0]!;
    const right = fit.predict(at)[0]!;
    expect(Math.abs(told - right)).toBeLessThan(0.2 * Math.abs(deceived - right));
  });
});

test('cross-validation on the training runs foretells the rank correlation on unseen runs', () => {
  const whole = loglinear.fit(train.mixtures, lossOf(train), { random });
  const folds = judgeByFolds(loglinear, whole, train.mixtures, lossOf(train), { random })!;
  const { spearman } = judge(whole.predict(unseen.mixtures), lossOf(unseen));
  expect(Math.abs(folds.spearman! - spearman!)).toBeLessThan(0.02);
});

test('the test set changes nothing but the judgement of it', () => {
  const runs = firstRows(train, 60);
  const judged = fitRuns(runs, { regressor: 'linear', random, test: unseen });
  const alone = fitRuns(runs, { regressor: 'linear', random });
  expect(judged.fits.map((fit) => fit.toJson())).toEqual(alone.fits.map((fit) => fit.toJson()));
  expect(alone.metrics[0]).toEqual({ ...judged.metrics[0], testSpearman: null, testRmse: null });
});

test('an ensemble predicts unseen rows, by cross-validation, no worse than either member', () => {
  const runs = firstRows(train, 100);
  const members = [
    { name: 'linear', regressor: linear },
    { name: 'loglinear', regressor: loglinear },
  ];
  const error = (regressor: (typeof members)[number]['regressor']) => {
    const whole = regressor.fit(runs.mixtures, lossOf(runs), { random });
    return judgeByFolds(regressor, whole, runs.mixtures, lossOf(runs), { random })!.rmse;
  };
  const each = members.map(({ regressor }) => error(regressor));
  expect(error(ensembleOf(members))).toBeLessThan(1.02 * Math.min(...each));
});

function lossOf({ metrics, losses }: MixtureRuns): Float64Array {
  return losses[metrics.indexOf(pileCc)]!;
}

function firstRows(runs: MixtureRuns, count: number): MixtureRuns {
  const { columns, values } = runs.mixtures;
  return {
    ...runs,
    index: runs.index.slice(0, count),
    mixtures: { rows: count, columns, values: values.slice(0, count * columns) },
    losses: runs.losses.map((losses) => losses.slice(0, count)),
  };
}
