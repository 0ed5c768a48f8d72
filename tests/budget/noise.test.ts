import { describe, expect, test } from 'vitest';
import { expectedNoise } from '../../src/budget/index.js';

/** So much validation text that its choice does not matter. */
const endless = 1e15;

describe('expected noise', () => {
  test('is half a t interval over the pooled seeds', () => {
    // 9 recipes and 2 seeds leave 8 degrees of freedom, whose two-sided 5 % point is 2.306 in every table.
    const { resolvesNats, seedNats } = expectedNoise({
      recipes: 9,
      seeds: 2,
      trainedTokens: 1e6,
      validationTokens: endless,
    });
    expect(resolvesNats).toBeCloseTo(2.306 * seedNats * Math.sqrt(2 / 2), 4);
  });

  test('is about what the demo’s report measured: 0.036 nats a run, intervals of ± 0.085', () => {
    const { resolvesNats, seedNats } = expectedNoise({
      recipes: 9,
      seeds: 2,
      trainedTokens: 800_768,
      validationTokens: 71_223,
    });
    expect(seedNats / 0.0365).toBeGreaterThan(0.5);
    expect(seedNats / 0.0365).toBeLessThan(2);
    expect(resolvesNats! / 0.085).toBeGreaterThan(0.5);
    expect(resolvesNats! / 0.085).toBeLessThan(2);
  });

  test('falls with the root of the tokens, and with seeds', () => {
    const at = (seeds: number, trainedTokens: number) =>
      expectedNoise({ recipes: 23, seeds, trainedTokens, validationTokens: endless }).resolvesNats!;
    expect(at(3, 4e6) / at(3, 1e6)).toBeCloseTo(0.5, 6);
    expect(at(3, 1e6)).toBeLessThan(at(2, 1e6));
  });

  test('says nothing about seeds with a single one', () => {
    const one = expectedNoise({ recipes: 5, seeds: 1, trainedTokens: 1e6, validationTokens: 5e4 });
    expect(one.resolvesNats).toBeUndefined();
  });
});
