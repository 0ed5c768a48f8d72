/** What every regressor of mixtures promises; each one's own test file runs this suite. */
import { describe, expect, test } from 'vitest';
import type { FittedJson, Matrix, Regressor } from '../../../src/mixture/regressors/regressor.js';
import { Random } from '../../../src/random.js';

export interface Promises {
  /** Largest difference of predictions, in the target's unit, when the rows come in another order. */
  rowOrder: number;
  /** Largest error, in the target's unit, of what a constant target is predicted as. Default 1e-6. */
  constant?: number;
}

export function regressorContract(regressor: Regressor, { rowOrder, constant = 1e-6 }: Promises): void {
  const fitTo = (rows: Matrix, targets: Float64Array, noise?: Float64Array) =>
    regressor.fit(rows, targets, { random: Random.fromSeed('fit'), ...(noise && { noise }) });
  const rows = mixtures(120, 5, 'rows');
  const unseen = mixtures(60, 5, 'unseen');
  const targets = losses(rows);

  describe(`regressor ${regressor.name}`, () => {
    test('predicts unseen mixtures better than the mean does', () => {
      const predicted = fitTo(rows, targets).predict(unseen);
      const actual = losses(unseen);
      const mean = targets.reduce((sum, value) => sum + value, 0) / targets.length;
      const squares = (guess: (i: number) => number) =>
        actual.reduce((sum, y, i) => sum + (y - guess(i)) ** 2, 0);
      expect(squares((i) => predicted[i]!)).toBeLessThan(0.5 * squares(() => mean));
    });

    test('predicts a constant target as that constant', () => {
      for (const value of fitTo(rows, new Float64Array(120).fill(3.5)).predict(unseen))
        expect(Math.abs(value - 3.5)).toBeLessThanOrEqual(constant);
    });

    test('gives finite predictions for one row repeated, for one row alone and far from every row', () => {
      const repeated = matrix(Array.from({ length: 50 }, () => [...row(rows, 0)]));
      const far = matrix([
        [0, 0, 0, 0, 1],
        [1, 0, 0, 0, 0],
      ]);
      for (const fitted of [
        fitTo(repeated, targets.slice(0, 50)),
        fitTo(matrix([[...row(rows, 0)]]), Float64Array.of(4)),
        fitTo(rows, targets),
      ])
        for (const asked of [repeated, far, unseen]) {
          expect(fitted.predict(asked).every(Number.isFinite)).toBe(true);
          const { mean, standardError } = fitted.predictWithError?.(asked) ?? {};
          expect(mean?.every(Number.isFinite) ?? true).toBe(true);
          expect(standardError?.every((value) => value >= 0 && value < Infinity) ?? true).toBe(true);
        }
    });

    test('predicts no rows as no values', () => {
      expect(fitTo(rows, targets).predict({ rows: 0, columns: 5, values: new Float64Array() })).toHaveLength(
        0,
      );
    });

    test('refuses values that are not finite and says where they are', () => {
      const broken = { ...rows, values: rows.values.slice() };
      broken.values[7] = Number.NaN;
      expect(() => fitTo(broken, targets)).toThrow(/row 2, feature 3 is not a finite number, got NaN/);
      expect(() => fitTo(rows, targets).predict(broken)).toThrow(/row 2, feature 3 is not a finite number/);
      const infinite = targets.slice();
      infinite[4] = Infinity;
      expect(() => fitTo(rows, infinite)).toThrow(/row 5 of the targets is not valid.*got Infinity/);
      expect(() =>
        fitTo(
          rows,
          targets,
          targets.map(() => -1),
        ),
      ).toThrow(/row 1 of the noises is not valid.*got -1/);
    });

    test('refuses sizes that do not fit together', () => {
      expect(() => fitTo(rows, targets.slice(1))).toThrow(/another number of targets than of rows.*120.*119/);
      expect(() => fitTo(matrix([]), new Float64Array())).toThrow(/nothing to fit/);
      expect(() => fitTo(rows, targets).predict(mixtures(3, 4, 'narrow'))).toThrow(
        /expected 5 features, got 4/,
      );
    });

    test('gives the same fit for rows in another order, up to rounding', () => {
      const order = Random.fromSeed('order').shuffle([...targets.keys()]);
      const shuffled = fitTo(
        matrix(order.map((i) => [...row(rows, i)])),
        Float64Array.from(order, (i) => targets[i]!),
      ).predict(unseen);
      fitTo(rows, targets)
        .predict(unseen)
        .forEach((value, i) => {
          expect(Math.abs(value - shuffled[i]!)).toBeLessThanOrEqual(rowOrder);
        });
    });

    test('is deterministic, and leaves what it is given as it was', () => {
      const before = [rows.values.slice(), targets.slice()];
      expect(fitTo(rows, targets).predict(unseen)).toEqual(fitTo(rows, targets).predict(unseen));
      expect([rows.values, targets]).toEqual(before);
    });

    test('survives a round trip through JSON bit by bit', () => {
      const fitted = fitTo(rows, targets);
      const json = JSON.parse(JSON.stringify(fitted.toJson())) as FittedJson;
      const restored = regressor.restore(json);
      expect(restored.features).toBe(5);
      expect(restored.predict(unseen)).toEqual(fitted.predict(unseen));
      expect(restored.predictWithError?.(unseen)).toEqual(fitted.predictWithError?.(unseen));
      expect(restored.importance?.()).toEqual(fitted.importance?.());
      expect(() => regressor.restore({ ...json, regressor: 'another' })).toThrow(
        /written by another regressor/,
      );
    });

    test('where it knows its error, it has the same mean as without', () => {
      const fitted = fitTo(rows, targets);
      const withError = fitted.predictWithError?.(unseen);
      expect(withError?.mean ?? fitted.predict(unseen)).toEqual(fitted.predict(unseen));
    });

    test('where it knows importance, the one feature that matters has most of it', () => {
      const importance = fitTo(
        rows,
        Float64Array.from(targets, (_, i) => 3 - 2 * row(rows, i)[2]!),
      ).importance?.();
      if (importance === undefined) return;
      expect(importance.every((share) => share >= 0)).toBe(true);
      expect(importance.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
      expect(importance.indexOf(Math.max(...importance))).toBe(2);
      expect(importance[2]).toBeGreaterThan(0.5);
    });
  });
}

/** Rows that add up to 1, some of their shares 0. */
function mixtures(rows: number, columns: number, seed: string): Matrix {
  const random = Random.fromSeed(seed);
  return matrix(
    Array.from({ length: rows }, () => {
      const weights = Array.from({ length: columns }, () => Math.max(0, random.uniform() - 0.2) ** 2 + 1e-9);
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      return weights.map((weight) => weight / total);
    }),
  );
}

/** A loss that falls with two of the shares, each with diminishing returns. */
function losses(rows: Matrix): Float64Array {
  return Float64Array.from({ length: rows.rows }, (_, i) => {
    const [a, , b] = row(rows, i);
    return 3 + 2 * Math.exp(-4 * a!) + Math.exp(-6 * b!);
  });
}

function row({ values, columns }: Matrix, i: number): Float64Array {
  return values.subarray(i * columns, (i + 1) * columns);
}

function matrix(rows: number[][]): Matrix {
  return { rows: rows.length, columns: rows[0]?.length ?? 0, values: Float64Array.from(rows.flat()) };
}
