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
