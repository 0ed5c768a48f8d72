/** What a design is chosen for: information, noise, and the next round. */
import { describe, expect, test } from 'vitest';
import { noiseOfRepeats, withAnchors } from '../../../src/mixture/design/anchors.js';
import { chooseDOptimal } from '../../../src/mixture/design/d-optimal.js';
import { drawDirichlet } from '../../../src/mixture/design/dirichlet.js';
import { nextRound } from '../../../src/mixture/design/rounds.js';
import type { FittedRegressor, Matrix } from '../../../src/mixture/index.js';
import { Random } from '../../../src/random.js';

/** All mixtures of three domains in steps of 1/12. */
const lattice = Array.from({ length: 13 }, (_, i) =>
  Array.from({ length: 13 - i }, (_, j) => Float64Array.of(i / 12, j / 12, (12 - i - j) / 12)),
).flat();
const sorted = (mixtures: readonly Float64Array[]) => mixtures.map((mixture) => mixture.join(' ')).sort();

describe('the D-optimal choice', () => {
  test('of six runs for a quadratic model is the corners and the middles of the edges (Kiefer 1961)', () => {
    const optimum = [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
      [0.5, 0.5, 0],
      [0.5, 0, 0.5],
      [0, 0.5, 0.5],
    ].map((mixture) => Float64Array.from(mixture));
    for (const seed of [1, 2, 3, 4, 5]) {
      const design = chooseDOptimal(lattice, 6, Random.fromSeed(seed), { model: 'quadratic' });
      expect(sorted(design)).toEqual(sorted(optimum));
    }
  });

  test('of three runs for a linear model is the corners', () => {
    const design = chooseDOptimal(lattice, 3, Random.fromSeed(1), { model: 'linear' });
    expect(sorted(design)).toEqual(['0 0 1', '0 1 0', '1 0 0']);
  });

  test('takes a candidate once, also when some domains never have a share', () => {
    const candidates = lattice.map((mixture) => Float64Array.of(...mixture, 0));
    const design = chooseDOptimal(candidates, 40, Random.fromSeed(1));
    expect(new Set(design).size).toBe(40);
  });

  test('needs as many runs as the model has terms', () => {
    expect(() => chooseDOptimal(lattice, 5, Random.fromSeed(1), { model: 'quadratic' })).toThrow(
      'expected at least 6 runs for a quadratic model',
    );
  });
});

describe('repeat anchors', () => {
  test('stand at the end and give the noise of a run back', () => {
    const random = Random.fromSeed(1);
    const design = Array.from({ length: 30 }, () => drawDirichlet([1, 1, 1], random));
    const rows = withAnchors(design, { anchors: 20, repeats: 11 });
    expect(rows).toHaveLength(230);
    expect(rows.slice(0, 30)).toEqual(design);
    const losses = Float64Array.from(rows, (mixture) => 3 + mixture[0]! + 0.02 * random.normal());
    // 200 degrees of freedom: a relative standard error of 5 %.
    expect(Math.abs(noiseOfRepeats(rows, losses)! / 0.02 - 1)).toBeLessThan(0.2);
    expect(noiseOfRepeats(design, losses.slice(0, 30))).toBeUndefined();
  });
});

describe('the next round', () => {
  /** Loss is the first share, its error the second. */
  const fit: FittedRegressor = {
    features: 3,
    predict: ({ rows, values }: Matrix) => Float64Array.from({ length: rows }, (_, i) => values[i * 3]!),
    predictWithError: ({ rows, values }: Matrix) => ({
      mean: Float64Array.from({ length: rows }, (_, i) => values[i * 3]!),
      standardError: Float64Array.from({ length: rows }, (_, i) => values[i * 3 + 1]!),
    }),
    toJson: () => ({ regressor: 'shares' }),
  };

  test('goes where the fit is best, or least certain, or to both in turn', () => {
    const next = (rule: 'best' | 'uncertain' | 'mixed') =>
      nextRound(fit, lattice, 2, { rule, trained: [], apart: 0.1 });
    expect(next('best').every((mixture) => mixture[0] === 0)).toBe(true);
    expect(next('uncertain')[0]).toEqual(Float64Array.of(0, 1, 0));
    expect(next('mixed')[1]).toEqual(Float64Array.of(0, 1, 0));
  });

  test('keeps away from what is trained and from itself, and comes closer where it must', () => {
    const trained = lattice.filter((mixture) => mixture[0] === 0);
    const round = nextRound(fit, lattice, 3, { rule: 'best', trained, apart: 0.3 });
    for (const [i, mixture] of round.entries()) {
      expect(mixture[0]).toBeGreaterThanOrEqual(2 / 12);
      for (const other of round.slice(0, i))
        expect(
          mixture.reduce((sum, share, d) => sum + Math.abs(share - other[d]!), 0),
        ).toBeGreaterThanOrEqual(0.3);
    }
    expect(new Set(nextRound(fit, lattice, lattice.length, { rule: 'best', trained })).size).toBe(
      lattice.length,
    );
  });

  test('says when a fit has no errors to go by', () => {
    const { predictWithError: _, ...without } = fit;
    expect(() => nextRound(without, lattice, 2, { rule: 'uncertain', trained: [] })).toThrow(
      '"uncertain" needs a fit with errors',
    );
  });
});
