/** Whole tokens that add up, epochs, phases, and shares in other units. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { apportion, exporters, planTokens } from '../../../src/mixture/export/index.js';
import { onePhase, sources, twoPhases } from './plans.js';

describe('apportioning', () => {
  test('adds up, and no count is a whole one away from its exact value', () => {
    const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(shares, fc.integer({ min: 0, max: 2 ** 42 }), (parts, total) => {
        const sum = parts.reduce((all, part) => all + part, 0);
        fc.pre(sum > 1e-9);
        const counts = apportion(parts, total);
        expect(counts.reduce((all, count) => all + count, 0)).toBe(total);
        counts.forEach((count, i) => {
          expect(Math.abs(count - (parts[i]! / sum) * total)).toBeLessThan(1.01);
          expect(Number.isInteger(count)).toBe(true);
          if (parts[i] === 0) expect(count).toBe(0);
        });
      }),
    );
  });

  test('gives the seats of the textbook case of Hamilton’s method', () => {
    expect(apportion([47_000, 16_000, 15_900, 12_000, 6_000, 3_100], 10)).toEqual([5, 2, 1, 1, 1, 0]);
  });
});

describe('a plan of tokens', () => {
  test('gives whole windows that add up to the budget, rounded down to a window', () => {
    const [phase] = onePhase.phases;
    expect(onePhase.budgetTokens).toBe(Math.floor(25_000_000_001 / 2048) * 2048);
    expect(phase!.domainTokens.reduce((sum, tokens) => sum + tokens, 0)).toBe(onePhase.budgetTokens);
    for (const tokens of phase!.domainTokens) expect(tokens % 2048).toBe(0);
  });

  test('begins each phase where the one before ends, and counts epochs over all of them', () => {
    const [first, second] = twoPhases.phases;
    expect(first!.startTokens).toBe(0);
    expect(second!.startTokens).toBe(first!.tokens);
    expect(first!.tokens + second!.tokens).toBe(10_000_000_007);
    for (const { tokens, domainTokens } of twoPhases.phases)
      expect(domainTokens.reduce((sum, count) => sum + count, 0)).toBe(tokens);
    const code = twoPhases.domains.find(({ name }) => name === 'code')!;
    expect(code.trainedTokens).toBe(first!.domainTokens[1]! + second!.domainTokens[1]!);
    expect(code.epochs).toBeCloseTo(code.trainedTokens / 4e9, 12);
  });

  test('is the same in bytes and documents as counting them by hand', () => {
    const { phases, note } = JSON.parse(exporters.json(onePhase).files[0]!.text);
    const { web, code, maths } = phases[0].domains;
    // Bytes a token: 4, 3 and 2.5; documents a million tokens: 1000, 500 and 10,000.
    const bytes = web.tokens * 4 + code.tokens * 3 + maths.tokens * 2.5;
    expect(code.byteShare).toBeCloseTo((code.tokens * 3) / bytes, 12);
    const documents = web.tokens * 1000 + code.tokens * 500 + maths.tokens * 10_000;
    expect(maths.documentShare).toBeCloseTo((maths.tokens * 10_000) / documents, 12);
    expect(note).toContain('do not carry over to another tokenizer');
  });

  test('says what is wrong with phases, sources and budgets', () => {
    const mixture = new Map([['web', 1]]);
    const plan =
      (phases: Parameters<typeof planTokens>[0]['phases'], budgetTokens = 1e6) =>
      () =>
        planTokens({ phases, sources, budgetTokens });
    expect(plan([{ share: 0.5, mixture }])).toThrow('their shares of the run do not add up to 1, got 0.5');
    expect(plan([{ share: 1, mixture: new Map([['web', 0.4]]) }])).toThrow(
      'phase 1: its shares are not a mixture',
    );
    expect(plan([{ share: 1, mixture: new Map([['wiki', 1]]) }])).toThrow('domain "wiki": has no source');
    expect(plan([{ share: 1, mixture }], 0)).toThrow('is less than one window');
    expect(
      plan([
        { share: 1 - 1e-9, mixture },
        { share: 1e-9, mixture },
      ]),
    ).toThrow('phase 2: is too short');
  });
});
