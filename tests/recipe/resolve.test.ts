import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AssayError, ExitCode } from '../../src/errors.js';
import { Random } from '../../src/random.js';
import { resolveRecipes } from '../../src/recipe/index.js';
import { interleave } from '../../src/recipe/sequence.js';
import { apportion } from '../../src/recipe/shares.js';
import type { Recipe, RecipeSpec } from '../../src/records.js';

const context = 9;
const tokens = { web: 10_005, code: 3_000, mail: 7 };
const natural = (...without: string[]): RecipeSpec => ({
  kind: 'natural',
  sources: Object.fromEntries(
    Object.keys(tokens)
      .filter((source) => !without.includes(source))
      .map((source) => [source, { repeat: 1, where: [] }]),
  ),
});
const shares = (weights: Record<string, number>, repeat = 1): RecipeSpec => ({
  kind: 'shares',
  sources: Object.fromEntries(
    Object.entries(weights).map(([source, weight]) => [source, { weight, repeat, where: [] }]),
  ),
});
const resolve = (recipes: Record<string, RecipeSpec>, windows: number): Recipe[] => {
  const available = Object.fromEntries(Object.keys(recipes).map((name) => [name, tokens]));
  return resolveRecipes(recipes, available, windows, context);
};
const messageOf = (recipes: Record<string, RecipeSpec>, windows: number): string => {
  try {
    resolve(recipes, windows);
  } catch (error) {
    expect((error as AssayError).exitCode).toBe(ExitCode.data);
    return (error as AssayError).message;
  }
  throw new Error('the recipes were accepted');
};

describe('apportioning', () => {
  test('gives the known parts of a small example', () => {
    // Exact parts 4.5, 3.3, 2.2: the largest remainder is 0.5.
    expect(apportion(10, [0.45, 0.33, 0.22])).toEqual([5, 3, 2]);
    expect(apportion(10, [0.7, 0.2, 0.1])).toEqual([7, 2, 1]);
    expect(apportion(7, [1, 0, 1])).toEqual([4, 0, 3]);
  });

  test('adds up, and no part is a whole window away from its share', () => {
    const weights = fc
      .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 })
      .filter((shares) => shares.some((share) => share > 1e-6));
    fc.assert(
      fc.property(weights, fc.integer({ min: 1, max: 2 ** 31 }), (shares, total) => {
        const parts = apportion(total, shares);
        const sum = shares.reduce((a, b) => a + b, 0);
        expect(parts.reduce((a, b) => a + b, 0)).toBe(total);
        for (const [i, part] of parts.entries()) {
          expect(Math.abs(part - (shares[i]! / sum) * total)).toBeLessThan(1 + 1e-6 * total);
          if (shares[i] === 0) expect(part).toBe(0);
        }
      }),
    );
  });
});

describe('a recipe', () => {
  test('that is natural takes what the sources hold, to the last window', () => {
    const [recipe] = resolve({ all: natural() }, 1300);
    expect(recipe!.sources.map(({ source, windows }) => [source, windows])).toEqual([
      ['code', 300],
      ['mail', 0],
      ['web', 1000],
    ]);
    const [rest] = resolve({ rest: natural('web') }, 100);
    expect(rest!.sources).toEqual([
      { source: 'code', share: 1, windows: 100, realisedShare: 1, availableWindows: 300, repeat: 1 },
      { source: 'mail', share: 0, windows: 0, realisedShare: 0, availableWindows: 0, repeat: 1 },
    ]);
  });

  test('records the share that was asked for and the one that whole windows give', () => {
    const [recipe] = resolve({ mix: shares({ web: 2 / 3, code: 1 / 3 }) }, 100);
    expect(recipe!.sources.map(({ windows }) => windows)).toEqual([33, 67]);
    expect(recipe!.sources.map(({ realisedShare }) => realisedShare)).toEqual([0.33, 0.67]);
    expect(recipe!.sources[1]!.share).toBeCloseTo(2 / 3, 12);
  });

  test('is the same in whatever order its sources are written, the odd window included', () => {
    const one = resolve({ a: shares({ web: 0.5, code: 0.5 }) }, 101);
    const other = resolve({ a: shares({ code: 0.5, web: 0.5 }) }, 101);
    expect(other).toEqual(one);
    expect(one[0]!.sources.map(({ windows }) => windows)).toEqual([51, 50]);
  });

  test('that asks for too much is refused with every lacking source and what would do', () => {
    const message = messageOf(
      { fine: natural(), a: shares({ web: 0.5, code: 0.5 }), b: shares({ mail: 1 }) },
      800,
    );
    expect(message).toBe(
      'data: too few tokens for ' +
        'recipe "a": source "code" lacks 1,000 tokens (needs 4,000, holds 3,000, `repeat: 2` would do); ' +
        'these shares fit 6,000 tokens; ' +
        'recipe "b": source "mail" lacks 8,000 tokens (needs 8,000, holds 0); these shares fit 0 tokens. ' +
        'Train on fewer tokens (`proxy: { tokens: … }`), let windows repeat (`{ weight: …, repeat: 2 }`), or change the shares.',
    );
    expect(messageOf({ a: natural() }, 1301)).toMatch(/source "web" lacks 10 tokens/);
  });

  test('may use windows as often as it repeats them, and no more', () => {
    const twice = { a: shares({ code: 1 }, 2) };
    expect(resolve(twice, 600)[0]!.sources[0]!.windows).toBe(600);
    expect(messageOf(twice, 601)).toMatch(
      /source "code" lacks 10 tokens \(needs 6,010, holds 3,000 × 2, `repeat: 3`/,
    );
  });

  test('that dropped what it lacks is told so', () => {
    const dropped = [
      { reason: 'held out', documents: 1, tokens: 10 },
      { reason: 'words >= 50', documents: 90, tokens: 5000 },
    ];
    const refused = (windows: number, tokens: number) => () =>
      resolveRecipes({ a: shares({ web: 1 }) }, { a: { web: tokens } }, windows, context, {
        a: { web: { dropped } },
      });
    expect(refused(10, 70)).toThrow(
      'holds 70 after 5,000 were dropped by "words >= 50", `repeat: 2` would do',
    );
    const all: Record<string, RecipeSpec> = {
      a: { kind: 'natural', sources: { web: { repeat: 1, where: [] } } },
    };
    expect(() => resolveRecipes(all, { a: { web: 0 } }, 10, context, { a: { web: { dropped } } })).toThrow(
      'in one of: web after 5,000 were dropped by "words >= 50"',
    );
  });

  test('whose sources hold no window at all is refused', () => {
    expect(messageOf({ a: natural('web', 'code') }, 1)).toBe(
      'recipe "a": none of its sources holds a whole window, expected at least 10 tokens in one of: mail',
    );
  });
});

describe('interleaving', () => {
  const counts = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 8 });

  test('uses each source exactly as often as planned, and every prefix is close to the shares', () => {
    fc.assert(
      fc.property(counts, fc.integer(), (windows, seed) => {
        const sources = windows.map((n, j) => ({ source: `s${j}`, windows: n }));
        const sequence = interleave(sources, Random.fromSeed(seed));
        const total = windows.reduce((a, b) => a + b, 0);
        const seen = windows.map(() => 0);
        for (const [n, source] of sequence.entries()) {
          seen[source]!++;
          for (const [j, count] of seen.entries()) {
            const share = windows[j]! / total;
            expect(Math.abs(count - share * (n + 1))).toBeLessThanOrEqual(1 + share * windows.length);
          }
        }
        expect(seen).toEqual(windows);
      }),
      { numRuns: 50 },
    );
  });

  test('depends on the seed, and not on what else a recipe holds', () => {
    const sources = [
      { source: 'a', windows: 50 },
      { source: 'b', windows: 50 },
    ];
    const of = (seed: number) => Buffer.from(interleave(sources, Random.fromSeed(seed))).toString('hex');
    expect(of(1)).toBe(of(1));
    expect(new Set([1, 2, 3, 4, 5, 6].map(of)).size).toBeGreaterThan(1);
  });
});
