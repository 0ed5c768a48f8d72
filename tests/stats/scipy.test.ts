/** The statistics against values computed by SciPy and NumPy (fixtures/make-stats-fixture.py). */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { incompleteBeta } from '../../src/stats/incomplete-beta.js';
import {
  covariance,
  fisherFTail,
  kendall,
  mean,
  normalCdf,
  normalQuantile,
  pearson,
  quantile,
  ranks,
  spearman,
  studentTCdf,
  studentTQuantile,
  variance,
} from '../../src/stats/index.js';
import { logGamma } from '../../src/stats/log-gamma.js';

interface Paired {
  x: number[];
  y: number[];
  ranks: number[];
  mean: number;
  variance: number;
  covariance: number;
  pearson: number;
  spearman: number;
  kendall: number;
  quantiles: Record<string, number>;
}
const fixture = JSON.parse(readFileSync(new URL('fixtures/stats.json', import.meta.url), 'utf8')) as {
  paired: Paired[];
} & Record<string, number[][]>;

/** Relative error; absolute for values below `floor`. */
function expectClose(got: number, wanted: number, tolerance: number, floor = 1e-300): void {
  expect(Math.abs(got - wanted) / Math.max(Math.abs(wanted), floor), `${got} for ${wanted}`).toBeLessThan(
    tolerance,
  );
}

describe('statistics of samples equal those of SciPy', () => {
  test.each(fixture.paired.map((sample) => [sample.x.length, sample] as const))('%i pairs', (_, sample) => {
    const { x, y } = sample;
    expect(ranks(x)).toEqual(sample.ranks);
    expectClose(mean(x), sample.mean, 1e-14);
    expectClose(variance(x), sample.variance, 1e-13);
    expectClose(covariance(x, y), sample.covariance, 1e-12);
    expectClose(pearson(x, y), sample.pearson, 1e-7);
    expectClose(spearman(x, y), sample.spearman, 1e-12);
    expectClose(kendall(x, y), sample.kendall, 1e-12);
    for (const [p, value] of Object.entries(sample.quantiles))
      expectClose(quantile(x, Number(p)), value, 1e-12);
  });
});

describe('distributions equal those of SciPy', () => {
  test.each([
    ['studentTCdf', studentTCdf, 1e-8],
    ['studentTQuantile', studentTQuantile, 1e-8],
    ['fisherFTail', fisherFTail, 1e-11],
    ['incompleteBeta', incompleteBeta, 1e-11],
    ['logGamma', logGamma, 1e-12],
    ['normalCdf', normalCdf, 1e-12],
    ['normalQuantile', normalQuantile, 1e-12],
  ] as const)('%s', (name, statistic, tolerance) => {
    const rows = fixture[name]!;
    expect(rows.length).toBeGreaterThan(5);
    for (const row of rows) {
      const wanted = row.at(-1)!;
      const got = (statistic as (...values: number[]) => number)(...row.slice(0, -1));
      // Near 0 (a quantile at p = 0.5, ln Γ(1)) only the absolute error means anything.
      expectClose(got, wanted, tolerance, name.endsWith('Quantile') || name === 'logGamma' ? 1e-2 : 1e-300);
    }
  });

  test('quantile and distribution function undo each other at any degrees of freedom', () => {
    for (const degrees of [1, 1.01, 1.7, 2.49, 2.51, 7.3, 1e4, 1e9, Number.POSITIVE_INFINITY]) {
      for (const p of [0.5001, 0.8, 0.975, 0.99999]) {
        expectClose(1 - studentTCdf(studentTQuantile(p, degrees), degrees), 1 - p, 1e-9);
      }
    }
  });

  test('arguments outside the domain give NaN', () => {
    expect(studentTQuantile(1.5, 3)).toBeNaN();
    expect(studentTQuantile(0.9, 0)).toBeNaN();
    expect(studentTCdf(Number.NaN, 3)).toBeNaN();
    expect(studentTCdf(1, -1)).toBeNaN();
    expect(normalCdf(Number.NaN)).toBeNaN();
    expect(normalQuantile(-0.1)).toBeNaN();
    expect(fisherFTail(Number.NaN, 1, 1)).toBeNaN();
    expect(incompleteBeta(2, 1, 1)).toBeNaN();
    expect(logGamma(0)).toBeNaN();
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity]);
    expect([fisherFTail(-1, 1, 1), fisherFTail(Infinity, 1, 1)]).toEqual([1, 0]);
  });
});
