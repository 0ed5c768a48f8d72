import { expect, test } from 'vitest';
import { Random } from '../../src/random.js';
import { mostWindows, resolveRecipes } from '../../src/recipe/index.js';
import type { RecipeSpec } from '../../src/records.js';

test('no recipe lacks text for the longest run, and one does for a run 1 % longer', () => {
  const random = Random.fromSeed(3);
  for (let n = 0; n < 200; n++) {
    const names = ['a', 'b', 'c', 'd'].slice(0, 1 + random.below(4));
    const weights = names.map(() => 0.05 + random.uniform());
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const sources = (kind: RecipeSpec['kind']): RecipeSpec['sources'] =>
      Object.fromEntries(
        names.map((name, i) => [
          name,
          {
            ...(kind === 'shares' ? { weight: weights[i]! / total } : {}),
            repeat: 1 + random.below(2),
            where: [],
          },
        ]),
      );
    const recipes: Record<string, RecipeSpec> = {
      natural: { kind: 'natural', sources: sources('natural') },
      shares: { kind: 'shares', sources: sources('shares') },
    };
    const tokens = Object.fromEntries(names.map((name) => [name, 200_000 + random.below(1e6)]));
    const available = { natural: tokens, shares: tokens };
    const most = mostWindows(recipes, available, 64);
    expect(() => resolveRecipes(recipes, available, most, 64)).not.toThrow();
    expect(() => resolveRecipes(recipes, available, Math.ceil(1.01 * most), 64)).toThrow(/too few tokens/);
  }
});

test('recipes in stages lack no text for the longest run, whatever its batch, in 100 steps or more', () => {
  const random = Random.fromSeed(4);
  for (let n = 0; n < 200; n++) {
    const ends = Array.from({ length: 1 + random.below(4) }, () => 0.05 + random.uniform());
    const total = ends.reduce((sum, length) => sum + length, 0);
    let until = 0;
    const stages = ends.map((length) => {
      const web = random.uniform();
      until += length / total;
      return { until, weights: { web, code: 1 - web } };
    });
    stages.at(-1)!.until = 1;
    const overall = stages.reduce((sum, stage, k) => {
      return sum + (stage.until - (stages[k - 1]?.until ?? 0)) * stage.weights.web;
    }, 0);
    const sources = {
      web: { weight: overall, repeat: 1, where: [] },
      code: { weight: 1 - overall, repeat: 1 + random.below(3), where: [] },
    };
    const recipes: Record<string, RecipeSpec> = { a: { kind: 'shares', sources, stages } };
    const available = { a: { web: 200_000 + random.below(1e6), code: 200_000 + random.below(1e6) } };
    const most = mostWindows(recipes, available, 64);
    expect(most).toBeGreaterThan(1000);
    for (const batch of [1, 7, Math.floor(most / 100)]) {
      const whole = most - (most % batch);
      expect(() => resolveRecipes(recipes, available, whole, 64, {}, batch)).not.toThrow();
    }
  }
});
