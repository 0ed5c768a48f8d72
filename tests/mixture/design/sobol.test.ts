/** The Sobol sequence against SciPy, and what scrambling and the way to the simplex must keep. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { betaQuantile } from '../../../src/mixture/design/beta-quantile.js';
import { priorOf } from '../../../src/mixture/design/prior.js';
import { sobol } from '../../../src/mixture/design/sobol.js';
import { onSimplex, sampleSobol } from '../../../src/mixture/design/sobol-design.js';
import { Random } from '../../../src/random.js';

const scipy = JSON.parse(readFileSync(new URL('fixtures/sobol.json', import.meta.url), 'utf8')) as {
  dimensions: number;
  points: number[][];
  quantiles: [number, number, number, number][];
};

describe('the Sobol sequence', () => {
  test('is SciPy’s, digit for digit, in 128 dimensions', () => {
    const points = sobol(scipy.points.length, scipy.dimensions);
    expect(points.map((point) => [...point].filter((_, i) => i % 9 === 0))).toEqual(scipy.points);
  });

  test('scrambled, still has one point in every interval of 1/256, and in every 16 by 16 square of the first two', () => {
    const points = sobol(256, 20, Random.fromSeed(3));
    for (let dimension = 0; dimension < 20; dimension++)
      expect(new Set(points.map((point) => Math.floor(point[dimension]! * 256))).size).toBe(256);
    const squares = points.map((point) => Math.floor(point[0]! * 16) * 16 + Math.floor(point[1]! * 16));
    expect(new Set(squares).size).toBe(256);
    expect(points[0]!.every((coordinate) => coordinate === 0)).toBe(false);
  });

  test('scrambled by another seed is another one, and integrates a smooth function far better than random points', () => {
    const integrate = (points: Float64Array[]) =>
      points.reduce((sum, point) => sum + point.reduce((product, x) => product * (1 + (x - 0.5) / 2), 1), 0) /
      points.length;
    const errors = [1, 2, 3, 4].map((seed) => Math.abs(integrate(sobol(1024, 6, Random.fromSeed(seed))) - 1));
    expect(new Set(errors).size).toBe(4);
    // Random points: a standard deviation of 0.35 / 32 = 0.011.
    for (const error of errors) expect(error).toBeLessThan(1e-3);
  });

  test('stops at the dimensions it has numbers for', () => {
    expect(() => sobol(2, 129)).toThrow('too many domains, expected at most 129, got 130');
  });
});

describe('from the cube to the simplex', () => {
  test.each(scipy.quantiles)(
    'the beta quantile of %f at (%f, %f) is SciPy’s',
    (probability, a, b, expected) => {
      const ours = betaQuantile(probability, a, b);
      expect(Math.abs(ours - expected)).toBeLessThanOrEqual(1e-12 + 1e-9 * expected);
    },
  );

  test('has the Dirichlet’s mean and variance, far closer than random draws would', () => {
    const concentration = Float64Array.of(2, 1, 0.5);
    const mixtures = sobol(1024, 2, Random.fromSeed(5)).map((point) => onSimplex(point, concentration));
    [2, 1, 0.5].forEach((value, i) => {
      const share = value / 3.5;
      const mean = mixtures.reduce((sum, mixture) => sum + mixture[i]!, 0) / 1024;
      const variance = mixtures.reduce((sum, mixture) => sum + (mixture[i]! - mean) ** 2, 0) / 1024;
      expect(mean).toBeCloseTo(share, 3);
      expect(variance).toBeCloseTo((share * (1 - share)) / 4.5, 3);
    });
  });

  test('keeps the bounds, the number asked for, and a domain without tokens at 0', () => {
    const prior = priorOf(new Map([0.9, 0.09, 0.01, 0].map((share, i) => [`d${i}`, share])));
    const mixtures = sampleSobol(prior, 100, Random.fromSeed(1));
    expect(mixtures).toHaveLength(100);
    for (const mixture of mixtures) {
      expect(mixture[2]).toBeLessThanOrEqual(0.15 + 2e-4);
      expect(mixture[3]).toBe(0);
    }
  });
});
