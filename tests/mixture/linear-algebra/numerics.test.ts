/** Factors, inverses and minima against their definitions and against functions whose minimum is known. */
import { describe, expect, test } from 'vitest';
import { expNegative } from '../../../src/mixture/linear-algebra/exp-negative.js';
import { factorInPlace } from '../../../src/mixture/linear-algebra/factor.js';
import { inverseFromFactor, invertFactor } from '../../../src/mixture/linear-algebra/inverse.js';
import { lbfgs } from '../../../src/mixture/linear-algebra/lbfgs.js';
import { levenbergMarquardt } from '../../../src/mixture/linear-algebra/levenberg-marquardt.js';
import { Random } from '../../../src/random.js';

describe.each([4, 8, 36])('a positive definite matrix of %i rows', (n) => {
  const random = Random.fromSeed(n);
  const root = Float64Array.from({ length: n * n }, () => random.normal());
  const at = (a: Float64Array, i: number, j: number) => a[i * n + j]!;
  const product = (entry: (k: number) => number) =>
    Array.from({ length: n }, (_, k) => entry(k)).reduce((sum, value) => sum + value, 0);
  const matrix = Float64Array.from({ length: n * n }, (_, index) => {
    const [i, j] = [Math.floor(index / n), index % n];
    return product((k) => at(root, i, k) * at(root, j, k)) + (i === j ? 1 : 0);
  });
  const lower = matrix.slice();
  const definite = factorInPlace(lower, n);

  test('is the product of its factor and the transpose of it', () => {
    expect(definite).toBe(true);
    for (let i = 0; i < n; i++)
      for (let j = 0; j <= i; j++)
        expect(product((k) => (k <= j ? at(lower, i, k) * at(lower, j, k) : 0))).toBeCloseTo(
          at(matrix, i, j),
          10,
        );
  });

  test('times its inverse is the identity', () => {
    const inverse = inverseFromFactor(invertFactor(lower, n), n);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++)
        expect(product((k) => at(matrix, i, k) * at(inverse, k, j))).toBeCloseTo(i === j ? 1 : 0, 10);
  });
});

test('a matrix with a negative direction has no factor', () => {
  const matrix = Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 2, 1, 0, 0, 0, 0, 1);
  expect(factorInPlace(matrix, 4)).toBe(false);
});

test('L-BFGS finds the minimum at the end of the curved valley of Rosenbrock, in 20 dimensions', () => {
  const { point, value } = lbfgs(
    (x, gradient) => {
      gradient.fill(0);
      let sum = 0;
      for (let i = 0; i < 20; i += 2) {
        const [a, b] = [1 - x[i]!, x[i + 1]! - x[i]! ** 2];
        sum += a * a + 100 * b * b;
        gradient[i] = -2 * a - 400 * b * x[i]!;
        gradient[i + 1] = 200 * b;
      }
      return sum;
    },
    Float64Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? -1.2 : 1)),
    { evaluations: 500, tolerance: 1e-20 },
  );
  expect(value).toBeLessThan(1e-12);
  for (const x of point) expect(x).toBeCloseTo(1, 5);
});

test('L-BFGS steps back from points where there is no value', () => {
  const { point } = lbfgs(
    (x, gradient) => {
      gradient[0] = 1 - 1 / x[0]!;
      return x[0]! > 0 ? x[0]! - Math.log(x[0]!) : Number.POSITIVE_INFINITY;
    },
    Float64Array.of(5),
    { evaluations: 100, tolerance: 1e-14 },
  );
  expect(point[0]).toBeCloseTo(1, 6);
});

test('Levenberg-Marquardt gives the certified values of Misra1a (NIST, Statistical Reference Datasets)', () => {
  const x = [77.6, 114.9, 141.1, 190.8, 239.9, 289, 332.8, 378.4, 434.8, 477.3, 536.8, 593.1, 689.1, 760];
  const y = [10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02, 44.82, 50.76, 55.05, 61.01, 66.4, 75.47, 81.78];
  const { point, squares } = levenbergMarquardt(
    ([a, b], residuals, slopes) => {
      x.forEach((value, i) => {
        const decay = Math.exp(-b! * value);
        residuals[i] = a! * (1 - decay) - y[i]!;
        slopes[2 * i] = 1 - decay;
        slopes[2 * i + 1] = a! * value * decay;
      });
    },
    14,
    Float64Array.of(500, 0.0001),
  );
  expect(point[0]).toBeCloseTo(238.94212918, 4);
  expect(point[1]! * 1e4).toBeCloseTo(5.501564318, 6);
  expect(squares).toBeCloseTo(0.12455138894, 9);
});

describe('e to the power of a number below 0', () => {
  test('is that of Math.exp to four units of the sixteenth digit', () => {
    const random = Random.fromSeed('exp');
    const powers = Array.from({ length: 20_000 }, () => -700 * random.uniform() ** 3);
    const errors = powers.map((x) => Math.abs(expNegative(x) / Math.exp(x) - 1));
    expect(Math.max(...errors)).toBeLessThan(5e-16);
  });

  test('is 1 at 0, just above 1 just above 0, and 0 far below', () => {
    expect(expNegative(0)).toBe(1);
    expect(expNegative(-0)).toBe(1);
    expect(expNegative(1e-12)).toBeCloseTo(1 + 1e-12, 15);
    expect([-701, -1e300, -Infinity].map(expNegative)).toEqual([0, 0, 0]);
    expect(expNegative(Number.NaN)).toBeNaN();
  });
});

test('a minimum is found in fewer evaluations where the curvature of a like function is known', () => {
  // A bowl whose axes differ by a factor of 1000, and one three times as steep with its minimum elsewhere.
  const bowl = (steepness: number, centre: number) => (point: Float64Array, gradient: Float64Array) =>
    point.reduce((sum, x, i) => {
      const scale = steepness * 10 ** (i / 3);
      gradient[i] = scale * (x - centre);
      return sum + 0.5 * scale * (x - centre) ** 2;
    }, 0);
  const start = new Float64Array(10).fill(1);
  const options = { evaluations: 200, tolerance: 1e-9, memory: 10 };
  const first = lbfgs(bowl(1, 0), start, options);
  const curvature = first.curvature.map((pair) => ({
    step: pair.step,
    change: pair.change.map((value) => 3 * value),
    curvature: 3 * pair.curvature,
  }));
  const anew = lbfgs(bowl(3, 0.2), first.point, options);
  const warm = lbfgs(bowl(3, 0.2), first.point, { ...options, curvature });
  expect(warm.value).toBeLessThan(1e-8);
  expect(warm.evaluations).toBeLessThan(0.6 * anew.evaluations);
});
