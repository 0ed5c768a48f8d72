import { describe, expect, test } from 'vitest';
import { buyingPath, choose, ladder, openSizes, type Stretch } from '../../src/budget/index.js';
import { Random } from '../../src/random.js';
import type { SizeOption } from '../../src/records.js';
import { proxyOf } from './proxy.js';

/** Sizes for a vocabulary of 4,096 and as much text as `tokens`. */
function pathFor(tokens: number, keeps: SizeOption[] = [], proxy = proxyOf()): Stretch[] {
  const sizes = openSizes({
    study: 'test',
    budget: { text: '1h', limit: { kind: 'seconds', seconds: 3600 }, keeps },
    proxy,
    vocabularySize: 4096,
    availableWindows: (context) => Math.floor(tokens / (context + 1)),
  });
  return buyingPath(sizes, keeps.includes('seeds') ? proxy.seeds : undefined);
}

const tokensOf = ({ batch, context, seeds }: Stretch, steps: number) => steps * batch * context * seeds;

/** Some arithmetic of a run: a token costs more the wider and deeper the model is, and less in large batches. */
const costOf = ({ model, batch, seeds, context }: Stretch, steps: number): number =>
  steps *
  batch *
  context *
  seeds *
  (4096 * model.width + 12 * model.layers * model.width ** 2) *
  (1 + 1 / batch);

describe('the buying path', () => {
  test.each([1e6, 9.6e6, 3e8, 1e11])('has no fewer tokens further on, with %d tokens of text', (held) => {
    const path = pathFor(held);
    for (const [i, stretch] of path.entries()) {
      expect(stretch.mostSteps).toBeGreaterThanOrEqual(stretch.leastSteps);
      const before = path[i - 1];
      if (before !== undefined)
        expect(tokensOf(stretch, stretch.leastSteps)).toBeGreaterThanOrEqual(
          tokensOf(before, before.mostSteps),
        );
    }
  });

  test('a larger budget never chooses fewer tokens in all, or fewer seeds', () => {
    const random = Random.fromSeed(1);
    for (const held of [1e6, 9.6e6, 3e8, 1e11]) {
      const path = pathFor(held);
      const budgets = Array.from({ length: 200 }, () => 10 ** (11 + 12 * random.uniform())).sort(
        (a, b) => a - b,
      );
      let before = { tokens: 0, seeds: 0 };
      for (const budget of budgets) {
        const chosen = choose(path, (stretch, steps) => costOf(stretch, steps) <= budget);
        if (chosen === undefined) {
          expect(before.tokens).toBe(0);
          continue;
        }
        expect(costOf(chosen.stretch, chosen.steps)).toBeLessThanOrEqual(budget);
        const now = { tokens: tokensOf(chosen.stretch, chosen.steps), seeds: chosen.stretch.seeds };
        expect(now.tokens).toBeGreaterThanOrEqual(before.tokens);
        expect(now.seeds).toBeGreaterThanOrEqual(before.seeds);
        before = now;
      }
      expect(before.tokens).toBeGreaterThan(0);
    }
  });

  test('begins with two seeds of the smallest model and ends with gpt2-small where there is text enough', () => {
    const path = pathFor(1e11);
    expect(path[0]).toMatchObject({ seeds: 2, model: { layers: 2, width: 32 } });
    expect(path.at(-1)).toMatchObject({
      seeds: 8,
      context: 1024,
      model: { layers: 12, width: 768, heads: 12 },
    });
  });

  test('a run never wants more windows than every recipe can give', () => {
    for (const held of [7e5, 1e6, 9.6e6])
      for (const { mostSteps, batch, context } of pathFor(held))
        expect(mostSteps * batch * context).toBeLessThanOrEqual(held);
  });

  test('every run has 300 steps or more', () => {
    for (const { leastSteps } of pathFor(1e11)) expect(leastSteps).toBeGreaterThanOrEqual(300);
  });

  test('what the study says is kept', () => {
    const proxy = proxyOf({ seeds: 5, batch: 24, context: 96, tokens: { budget: 2e6 } });
    const path = pathFor(1e9, ['seeds', 'batch', 'context', 'tokens'], proxy);
    expect(path).toHaveLength(ladder.length);
    for (const { seeds, batch, context, leastSteps, mostSteps } of path)
      expect({ seeds, batch, context, leastSteps, mostSteps }).toEqual({
        seeds: 5,
        batch: 24,
        context: 96,
        leastSteps: Math.ceil(2e6 / (24 * 96)),
        mostSteps: Math.ceil(2e6 / (24 * 96)),
      });
    const model = { family: 'llama', layers: 3, width: 72 } as never;
    const kept = pathFor(
      1e9,
      ['model'],
      proxyOf({ model: { ...proxyOf().model, ...(model as object) } as never }),
    );
    for (const stretch of kept) expect(stretch.model).toMatchObject({ layers: 3, width: 72 });
  });

  test('too little text is refused with what it holds', () => {
    expect(() => pathFor(1e5)).toThrow(
      /study "test": too little data for runs of a sensible length, expected 300 steps .* got 99,\d+ tokens that every recipe can give\. Give more text/,
    );
  });
});
