/** What SciPy has no function for, and the edges: ties, NaN, empty and constant samples. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/random.js';
import {
  bootstrapSeeds,
  cholesky,
  cochranCox,
  covariance,
  firstReach,
  interpolate,
  kendall,
  mean,
  pairwiseAgreement,
  pearson,
  quantile,
  ranks,
  satterthwaite,
  spearman,
  sum,
  topKRegret,
  variance,
} from '../../src/stats/index.js';

const { NaN: nan } = Number;

describe('edges', () => {
  test('a compensated sum keeps what plain addition loses', () => {
    expect(sum([1, 1e100, 1, -1e100])).toBe(2);
    expect(sum(new Float64Array(10).fill(0.1))).toBe(1);
    expect(sum([])).toBe(0);
    expect(sum([1, Infinity])).toBe(Infinity);
    expect(sum([1, nan])).toBeNaN();
  });

  test('too few values and constant samples have no spread and no correlation', () => {
    expect(mean([])).toBeNaN();
    expect(variance([1])).toBeNaN();
    expect(covariance([1], [1])).toBeNaN();
    expect(quantile([], 0.5)).toBeNaN();
    for (const correlation of [pearson, spearman, kendall])
      expect(correlation([1, 1, 1], [1, 2, 3])).toBeNaN();
    expect(pairwiseAgreement([1], [1])).toBeNaN();
  });

  test('NaN in a sample is NaN in the answer', () => {
    for (const correlation of [pearson, spearman, kendall, pairwiseAgreement]) {
      expect(correlation([1, nan, 3], [1, 2, 3])).toBeNaN();
    }
    expect(ranks([1, nan])).toEqual([nan, nan]);
    expect(quantile([1, nan], 0.5)).toBeNaN();
    expect(topKRegret([1, nan], [1, 2], 1)).toBeNaN();
  });

  test('infinite losses are the worst, and two of them are tied', () => {
    expect(ranks([Infinity, 1, Infinity])).toEqual([2.5, 1, 2.5]);
    expect(kendall([1, 2, Infinity], [1, 2, 3])).toBe(1);
    expect(pairwiseAgreement([1, Infinity, Infinity], [1, 2, 2])).toBe(1);
  });

  test('samples of unequal length are refused', () => {
    for (const statistic of [pearson, spearman, kendall, pairwiseAgreement, covariance, interpolate]) {
      expect(() => statistic([1, 2], [1], 0)).toThrow(/lengths differ, expected 2, got 1/);
    }
  });
});

describe('pairwise agreement', () => {
  test('counts pairs ordered alike, a tie in one sample as half', () => {
    expect(pairwiseAgreement([1, 2, 3, 4], [1, 2, 4, 3])).toBeCloseTo(5 / 6, 15);
    expect(pairwiseAgreement([1, 2, 3], [3, 2, 1])).toBe(0);
    expect(pairwiseAgreement([1, 1], [1, 2])).toBe(0.5);
    expect(pairwiseAgreement([1, 1], [2, 2])).toBe(1);
  });

  test('without ties it is (1 + Kendall) / 2', () => {
    const distinct = fc.uniqueArray(fc.integer(), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(distinct, distinct, (x, y) => {
        expect(pairwiseAgreement(x, y)).toBeCloseTo((1 + kendall(x, y)) / 2, 12);
      }),
    );
  });
});

test('Satterthwaite degrees lie between the fewest of the parts and all of them together', () => {
  expect(
    satterthwaite([
      { variance: 1, degrees: 2 },
      { variance: 1, degrees: 2 },
    ]),
  ).toEqual({ variance: 2, degrees: 4 });
  expect(
    satterthwaite([
      { variance: 3, degrees: 5 },
      { variance: 0, degrees: 1 },
    ]),
  ).toEqual({ variance: 3, degrees: 5 });
  expect(satterthwaite([])).toEqual({ variance: 0, degrees: Infinity });
  const part = fc.record({
    variance: fc.double({ min: 1e-12, max: 1, noNaN: true }),
    degrees: fc.integer({ min: 1, max: 99 }),
  });
  fc.assert(
    fc.property(part, part, (a, b) => {
      const { degrees } = satterthwaite([a, b]);
      expect(degrees).toBeGreaterThanOrEqual(Math.min(a.degrees, b.degrees) * (1 - 1e-12));
      expect(degrees).toBeLessThanOrEqual((a.degrees + b.degrees) * (1 + 1e-12));
    }),
  );
});

describe('bootstrap over seeds', () => {
  test('the interval of a mean has the width that resampling n values gives', () => {
    const random = Random.fromSeed('bootstrap');
    const row = Array.from({ length: 50 }, () => random.normal());
    const { low, high } = bootstrapSeeds([row], ([m]) => m!, random.split('draws'), { draws: 4000 });
    const expected = 2 * 1.96 * Math.sqrt((variance(row) * 49) / 50 / 50);
    expect((high - low) / expected).toBeGreaterThan(0.93);
    expect((high - low) / expected).toBeLessThan(1.07);
    expect(low).toBeLessThan(mean(row));
    expect(high).toBeGreaterThan(mean(row));
  });

  test('paired resampling leaves a difference that is the same in every seed untouched', () => {
    const losses = [
      [1, 2, 6],
      [1.5, 2.5, 6.5],
    ];
    const difference = (means: number[]) => means[1]! - means[0]!;
    const paired = bootstrapSeeds(losses, difference, Random.fromSeed(1));
    expect(paired.low).toBeCloseTo(0.5, 12);
    expect(paired.high).toBeCloseTo(0.5, 12);
    const apart = bootstrapSeeds(losses, difference, Random.fromSeed(1), { paired: false });
    expect(apart.high - apart.low).toBeGreaterThan(1);
  });

  test('the same seed gives the same interval', () => {
    const losses = [
      [1, 2, 4],
      [2, 1, 0],
      [5, 3, 3],
    ];
    const statistic = (means: number[]) => spearman(means, [1, 2, 3]);
    expect(bootstrapSeeds(losses, statistic, Random.fromSeed(7))).toEqual(
      bootstrapSeeds(losses, statistic, Random.fromSeed(7)),
    );
  });

  test('recipes with unequal seeds cannot be paired', () => {
    expect(() => bootstrapSeeds([[1, 2], [1]], mean, Random.fromSeed(1))).toThrow(
      /expected 2 seeds a recipe, got 1/,
    );
  });
});

test('top-k regret is what the best of the k misses of the best of all', () => {
  const proxy = [1, 2, 3, 4];
  const target = [5, 4.5, 4, 6];
  expect([1, 2, 3, 4].map((k) => topKRegret(proxy, target, k))).toEqual([1, 0.5, 0, 0]);
  expect(topKRegret([], [], 1)).toBeNaN();
  expect(() => topKRegret(proxy, target, 0)).toThrow(/k of at least 1, got 0/);
});

describe('trajectories', () => {
  test('are read off linearly and held constant outside', () => {
    expect([-1, 0, 5, 15, 99].map((x) => interpolate([0, 10, 20], [5, 3, 2], x))).toEqual([5, 5, 4, 2.5, 2]);
    expect(interpolate([], [], 1)).toBeNaN();
  });

  test('reach a level where they first cross it', () => {
    expect(firstReach([0, 10, 20], [5, 3, 2], 4)).toBe(5);
    expect(firstReach([0, 10, 20, 30], [5, 3, 4, 2], 3.5)).toBe(7.5);
    expect(firstReach([10, 20], [5, 3], 6)).toBe(10);
    expect(firstReach([10, 20], [5, 3], 3)).toBe(20);
    expect(firstReach([10, 20], [5, 3], 2)).toBeUndefined();
    expect(firstReach([10, 20, 30], [5, nan, 3], 4)).toBe(30);
  });
});

describe('Cholesky', () => {
  test('is a square root of the matrix', () => {
    expect([...cholesky(Float64Array.of(4, 2, 2, 5), 2)]).toEqual([2, 0, 1, 2]);
  });

  test('drops a direction without variance', () => {
    expect([...cholesky(Float64Array.of(1, 1, 1, 1), 2)]).toEqual([1, 0, 1, 0]);
    expect([...cholesky(Float64Array.of(0, 0, 0, -1), 2)]).toEqual([0, 0, 0, 0]);
  });
});

describe('half-width of a sum of variances', () => {
  test('is the t interval when one part is all there is', () => {
    expect(cochranCox([{ variance: 4, degrees: 3 }], 0.95)).toBeCloseTo(2 * 3.182446305283711, 10);
    expect(
      cochranCox(
        [
          { variance: 4, degrees: 3 },
          { variance: 0, degrees: 1 },
        ],
        0.95,
      ),
    ).toBeCloseTo(6.364892610567, 10);
    expect(cochranCox([], 0.95)).toBe(0);
  });

  test('lies between the intervals that either part’s degrees of freedom would give', () => {
    const width = cochranCox(
      [
        { variance: 1, degrees: 1 },
        { variance: 1, degrees: 60 },
      ],
      0.95,
    );
    expect(width).toBeCloseTo(((12.706204736174694 + 2.0002978220142578) / 2) * Math.SQRT2, 8);
  });
});
