import { describe, expect, test } from 'vitest';
import { opNames } from '../../src/graph/index.js';
import { gradientError, gradientVector } from './finite-differences.js';
import { gradientCases } from './gradient-cases.js';

const tolerance = 1e-3;

test('every op of the set has a gradient case that uses it', () => {
  expect(Object.keys(gradientCases).sort()).toEqual([...opNames].sort());
  for (const [op, cases] of Object.entries(gradientCases)) expect(cases.length, op).toBeGreaterThan(0);
});

describe.each(Object.entries(gradientCases))('the gradient of %s', (_op, cases) => {
  test.each(cases)('equals finite differences, case %#', async ({ y, leaves }) => {
    expect(await gradientError(y, leaves)).toBeLessThanOrEqual(tolerance);
  });

  test.each(cases)('can be differentiated again, case %#', async ({ y, leaves }) => {
    const second = gradientVector(y, leaves);
    expect(await gradientError(second.gradient, second.leaves)).toBeLessThanOrEqual(tolerance);
  });
});
