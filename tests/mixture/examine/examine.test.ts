/** What is said of fits: importance and dependence by closed forms, held-out runs that are held out, distances. */
import { describe, expect, test } from 'vitest';
import { withShare } from '../../../src/mixture/examine/with-share.js';
import {
  compareMixture,
  ensembleOf,
  examineFit,
  type FittedRegressor,
  gbdtWith,
  linear,
  type Matrix,
  type MixtureRuns,
  mixturesOf,
  partialDependence,
  permutationImportance,
  predictByFolds,
  predictUnseen,
} from '../../../src/mixture/index.js';
import { Random } from '../../../src/random.js';

const domains = ['web', 'code', 'books'];
const random = Random.fromSeed('examine');
const mixtures = drawn(400);
const weights = [3, 1, -0.5];
/** A loss that is a weighted sum of shares. */
const exact: FittedRegressor = {
  features: 3,
  predict: (rows) => Float64Array.from(mixturesOf(rows), sumOf),
  toJson: () => ({ regressor: 'exact' }),
};

function drawn(rows: number): Matrix {
  const values = Array.from({ length: rows }, () => {
    const parts = [random.uniform(), random.uniform() ** 2, random.uniform()];
    const total = parts.reduce((sum, part) => sum + part, 0);
    return parts.map((part) => part / total);
  });
  return { rows, columns: 3, values: Float64Array.from(values.flat()) };
}

function sumOf(row: ArrayLike<number>): number {
  return weights.reduce((sum, weight, i) => sum + weight * row[i]!, 0);
}

function runsOf(rows: Matrix, losses: Float64Array): MixtureRuns {
  const index = Array.from({ length: rows.rows }, (_, i) => String(i + 1));
  return { index, domains, mixtures: rows, metrics: ['loss'], losses: [losses] };
}

describe('a mixture with another share of one domain', () => {
  test('adds up to 1, the others in their proportions', () => {
    expect([...withShare([0.5, 0.3, 0.2], 0, 0.8, [0, 0, 1])]).toEqual([
      0.8,
      expect.closeTo(0.12, 12),
      expect.closeTo(0.08, 12),
    ]);
  });

  test('takes the proportions of another where all was this domain', () => {
    expect([...withShare([1, 0, 0], 0, 0.4, [0.5, 0.1, 0.4])]).toEqual([
      0.4,
      expect.closeTo(0.12, 12),
      expect.closeTo(0.48, 12),
    ]);
  });
});

test('shuffling a share that decides everything costs its standard deviation times √2', () => {
  const share = mixturesOf(mixtures).map((row) => row[0]!);
  const threefold = (rows: Matrix) => Float64Array.from(mixturesOf(rows), (row) => 3 * row[0]!);
  const [importance] = permutationImportance(threefold, mixtures, threefold(mixtures), {
    random,
    shuffles: 20,
  });
  const mean = share.reduce((sum, value) => sum + value, 0) / share.length;
  const deviation = Math.sqrt(share.reduce((sum, value) => sum + (value - mean) ** 2, 0) / share.length);
  expect(importance! / (3 * deviation * Math.SQRT2)).toBeCloseTo(1, 1);
});

test('a domain whose share never changes has no importance, and an error common to all runs does not count', () => {
  const rows = mixturesOf(mixtures).map((row) => [...withShare(row, 2, 0.25, row)]);
  const constant = { ...mixtures, values: Float64Array.from(rows.flat()) };
  const actual = exact.predict(constant);
  const options = { random: Random.fromSeed(0) };
  const importance = permutationImportance(exact.predict, constant, actual, options);
  expect(importance[2]).toBeCloseTo(0, 12);
  expect(importance[0]).toBeGreaterThan(0.1);
  const higher = actual.map((loss) => loss + 1);
  permutationImportance(exact.predict, constant, higher, options).forEach((value, i) => {
    expect(value).toBeCloseTo(importance[i]!, 9);
  });
});

test('the partial dependence of a linear loss is the line that follows from the proportions of the others', () => {
  const few = drawn(50);
  partialDependence(exact, few).forEach(({ shares, predicted }, domain) => {
    const rows = mixturesOf(few);
    const own = rows.map((row) => row[domain]!);
    expect(shares[0]).toBeCloseTo(Math.min(...own), 12);
    expect(shares.at(-1)).toBeCloseTo(Math.max(...own), 12);
    // Of the others alone, scaled to add up to 1.
    const others = rows.map((row) => (sumOf(row) - weights[domain]! * row[domain]!) / (1 - row[domain]!));
    const mean = others.reduce((sum, value) => sum + value, 0) / others.length;
    shares.forEach((share, k) => {
      expect(predicted[k]).toBeCloseTo(weights[domain]! * share + (1 - share) * mean, 9);
    });
  });
});

describe('held-out runs', () => {
  const rows = drawn(60);
  const losses = exact.predict(rows).map((loss) => loss + 0.05 * random.normal());
  const pair = ensembleOf([
    { name: 'linear', regressor: linear },
    { name: 'trees', regressor: gbdtWith({ trees: 40, learningRate: 0.1 }) },
  ]);
  const fit = pair.fit(rows, losses, { random });
  const unseen = predictByFolds(pair, fit, rows, losses, { random })!;

  test('are predicted the same by the fits of the folds as when the ensemble was made', () => {
    predictUnseen(unseen, rows).forEach((value, i) => {
      expect(value).toBeCloseTo(unseen.mean[i]!, 12);
    });
    unseen.fits.forEach((foldFit, k) => {
      const { standardError } = foldFit.predictWithError!(rows);
      unseen.fold.forEach((its, i) => {
        if (its === k) expect(standardError[i]).toBeCloseTo(unseen.standardError![i]!, 12);
      });
    });
  });

  test('do not move their own predictions', () => {
    const byFolds = (targets: Float64Array) => {
      const options = { random: Random.fromSeed('folds') };
      return predictByFolds(linear, linear.fit(rows, targets, options), rows, targets, options)!;
    };
    const before = byFolds(losses);
    const moved = byFolds(losses.map((loss, i) => (before.fold[i] === 2 ? loss + 1 : loss)));
    expect(moved.fold).toEqual(before.fold);
    for (const [i, its] of before.fold.entries())
      expect(moved.mean[i] === before.mean[i], `row ${i} of fold ${its}`).toBe(its === 2);
  });

  test('are those of the test set where there is one, and its errors and intervals are counted', () => {
    const metric = { name: 'loss', better: 'lower' as const, fit, unseen };
    const asked = drawn(40);
    const test = runsOf(asked, exact.predict(asked));
    const { heldOut, importance, dependence } = examineFit(runsOf(rows, losses), metric, { random, test });
    expect(heldOut.map(({ source, runs }) => [source, runs.length])).toEqual([
      ['test', 40],
      ['folds', 60],
    ]);
    const [tested] = heldOut;
    const inside = tested!.actual.filter(
      (loss, i) => Math.abs(loss - tested!.predicted[i]!) <= 1.96 * tested!.standardError![i]!,
    );
    expect(tested!.coverage).toBeCloseTo(inside.length / 40, 12);
    expect(tested!.rmse).toBeLessThan(0.05);
    expect(importance).toHaveLength(3);
    expect(dependence).toHaveLength(3);
    const alone = examineFit(runsOf(rows, losses), metric, { random });
    expect(alone.heldOut[0]!.source).toBe('folds');
  });
});

describe('a mixture beside others', () => {
  const metrics = [{ name: 'loss', better: 'lower' as const, fit: exact }];
  const under = {
    domains,
    prior: Float64Array.of(0.5, 0.25, 0.25),
    trained: [Float64Array.of(0.5, 0.5, 0), Float64Array.of(0.2, 0.3, 0.5)],
    metrics,
    objective: { kind: 'weighted', weights: new Map([['loss', 1]]) } as const,
  };
  const phase = (share: number, mixture: Record<string, number>) => ({
    share,
    mixture: new Map(Object.entries(mixture)),
  });

  test('has its prediction, its gain and the tokens that part it from the nearest trained one', () => {
    const phases = [phase(1, { web: 0.4, code: 0.6 })];
    const { predicted, gain, distances, stages } = compareMixture({ name: 'by hand', phases }, under);
    expect(predicted).toEqual([{ metric: 'loss', value: expect.closeTo(1.8, 12) }]);
    expect(gain!.estimate).toBeCloseTo(1.625 - 1.8, 12);
    expect(distances.map(({ nearest }) => nearest)).toEqual([expect.closeTo(0.1, 12)]);
    expect(stages).toBeUndefined();
  });

  test('has a distance for each stage of a schedule, its mean by tokens, and no prediction', () => {
    const phases = [phase(3, { web: 0.5, code: 0.5 }), phase(1, { books: 1 })];
    const compared = compareMixture({ name: 'in stages', phases }, under);
    expect(compared.mixture).toEqual([0.375, 0.375, 0.25]);
    expect(compared.stages!.map(({ share }) => share)).toEqual([0.75, 0.25]);
    expect(compared.distances.map(({ nearest, above }) => [nearest, above])).toEqual([
      [0, []],
      [0.5, [2]],
    ]);
    expect(compared.predicted).toBeUndefined();
  });

  test('is refused with domains that the runs do not have, and with shares that do not add up', () => {
    const named = (mixture: Record<string, number>) => () =>
      compareMixture({ name: 'DoReMi', phases: [phase(1, mixture)] }, under);
    expect(named({ web: 0.5, cod: 0.5 })).toThrow(
      'mixture "DoReMi": no domain "cod" in the runs, expected one of web, code, books',
    );
    expect(named({ web: 0.5 })).toThrow('mixture "DoReMi": its shares do not add up to 1, got 0.5');
  });
});
