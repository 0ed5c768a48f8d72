/** RegMix's sampler, step by step against its public script (scripts/mixture-regmix.py). */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { roundShares, withinBounds, withoutNearDuplicates } from '../../../src/mixture/design/clean.js';
import { drawDirichlet } from '../../../src/mixture/design/dirichlet.js';
import { priorOf, temper } from '../../../src/mixture/design/prior.js';
import {
  regmixDefaults,
  sampleRegmix,
  strengthGrid,
  usageBounds,
} from '../../../src/mixture/design/regmix.js';
import { Random } from '../../../src/random.js';

const script = JSON.parse(readFileSync(new URL('fixtures/regmix.json', import.meta.url), 'utf8')) as {
  prior: number[];
  count: number;
  multiplier: number;
  smallest: number;
  maximumUsage: number;
  concentrations: number[][];
  kept: number[][];
  deduplicated: number[][];
};
const prior = Float64Array.from(script.prior);

describe('RegMix’s sampler', () => {
  test('has the constants of the public script', () => {
    const { smallest, maximumUsage, multiplier } = regmixDefaults;
    expect({ smallest, maximumUsage, multiplier }).toEqual({
      smallest: script.smallest,
      maximumUsage: script.maximumUsage,
      multiplier: script.multiplier,
    });
  });

  test('draws at the script’s concentrations: tempered prior times each of 15 strengths', () => {
    const tempered = temper(prior, regmixDefaults.temperature);
    const ours = strengthGrid(regmixDefaults).map((strength) => tempered.map((share) => share * strength));
    expect(ours).toHaveLength(script.concentrations.length);
    ours.forEach((concentration, i) => {
      concentration.forEach((value, j) => {
        expect(value).toBeCloseTo(script.concentrations[i]![j]!, 12);
      });
    });
  });

  test('rejects, rounds, sorts and drops near-duplicates of the same draws as the script does', () => {
    const bounds = usageBounds(prior, script.maximumUsage);
    const mixtures = script.kept
      .map((draw) => Float64Array.from(draw))
      .filter((draw) => withinBounds(draw, bounds))
      .map((draw) => roundShares(draw, script.smallest));
    const different = withoutNearDuplicates(mixtures, regmixDefaults.duplicate);
    expect(mixtures.length).toBeLessThan(script.kept.length);
    expect(different.length).toBeLessThan(mixtures.length);
    expect(different.map((mixture) => [...mixture])).toEqual(script.deduplicated);
  });

  test('gives as many mixtures as asked, all within the bounds, all different, the same for the same seed', () => {
    const pile = priorOf(new Map([0.5, 0.3, 0.15, 0.04, 0.01].map((share, i) => [`d${i}`, share])));
    const draw = () => sampleRegmix(pile, 200, Random.fromSeed(1));
    const mixtures = draw();
    expect(mixtures).toHaveLength(200);
    expect(withoutNearDuplicates(mixtures, 1e-5)).toHaveLength(200);
    for (const mixture of mixtures) {
      expect(mixture[4]).toBeLessThanOrEqual(0.15 + 2e-4);
      expect(mixture.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 2);
    }
    expect(draw()).toEqual(mixtures);
  });

  test('says so when the bounds leave too little', () => {
    const two = priorOf(
      new Map([
        ['a', 1],
        ['b', 1],
      ]),
    );
    expect(() => sampleRegmix(two, 10, Random.fromSeed(0), { maximumUsage: 0.9 })).toThrow(
      'too few different mixtures within the bounds, expected 10, got 0 of 1000 draws',
    );
  });
});

describe('a Dirichlet draw', () => {
  test.each([
    ['usual', [4, 2, 1, 1]],
    ['small', [0.05, 0.02, 0.02, 0.01]],
  ])('of %s concentrations has the mean and variance of theory', (_, concentration) => {
    const random = Random.fromSeed('moments');
    const total = concentration.reduce((sum, value) => sum + value, 0);
    const draws = Array.from({ length: 20_000 }, () => drawDirichlet(concentration, random));
    concentration.forEach((value, i) => {
      const share = value / total;
      const variance = (share * (1 - share)) / (total + 1);
      const mean = draws.reduce((sum, draw) => sum + draw[i]!, 0) / draws.length;
      const spread = draws.reduce((sum, draw) => sum + (draw[i]! - mean) ** 2, 0) / draws.length;
      // Five standard errors of a mean; variances of skewed draws are known to a few per cent.
      expect(Math.abs(mean - share)).toBeLessThan(5 * Math.sqrt(variance / draws.length));
      expect(Math.abs(spread / variance - 1)).toBeLessThan(0.1);
    });
  });

  test('is a mixture even where gamma variates underflow, and leaves out domains of concentration 0', () => {
    const random = Random.fromSeed(0);
    for (let i = 0; i < 1000; i++) {
      const draw = drawDirichlet([1e-4, 1e-4, 0], random);
      expect(draw[0]! + draw[1]!).toBeCloseTo(1, 12);
      expect(draw[2]).toBe(0);
    }
  });
});
