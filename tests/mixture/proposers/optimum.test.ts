/** The exact proposer against a convex solver (scripts/mixture-optimum.py), and against RegMix's proposer. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { proposeExact } from '../../../src/mixture/proposers/exact.js';
import { isWithin, type Limits } from '../../../src/mixture/proposers/limits.js';
import { costOf, type Objective, termsOf } from '../../../src/mixture/proposers/objective.js';
import type { Problem } from '../../../src/mixture/proposers/problem.js';
import { proposeSampled } from '../../../src/mixture/proposers/sampled.js';
import { Random } from '../../../src/random.js';
import { logLinearLaw } from './laws.js';

interface Case {
  name: string;
  lower: number[];
  upper: number[];
  maximumDivergence: number | null;
  terms: 'mean' | 'worst' | number[];
  penalty: number;
  mixture: number[];
  cost: number;
}
const solver = JSON.parse(readFileSync(new URL('fixtures/optimum.json', import.meta.url), 'utf8')) as {
  prior: number[];
  floor: number[];
  slopes: number[][];
  cases: Case[];
};
const prior = Float64Array.from(solver.prior);
const metrics = solver.floor.map((floor, i) => logLinearLaw(`law${i}`, floor, solver.slopes[i]!));
const names = metrics.map(({ name }) => name);

function problemOf({ lower, upper, maximumDivergence, terms, penalty }: Case): Problem {
  const objective: Objective =
    terms === 'worst'
      ? { kind: 'worst', metrics: names, relativeTo: 'zero' }
      : {
          kind: 'weighted',
          weights: new Map((terms === 'mean' ? names : terms.map((i) => names[i]!)).map((name) => [name, 1])),
        };
  const limits: Limits = {
    lower: Float64Array.from(lower),
    upper: Float64Array.from(upper),
    prior,
    ...(maximumDivergence === null ? {} : { maximumDivergence }),
  };
  return { cost: costOf(termsOf(objective, metrics, prior), metrics), limits, divergencePenalty: penalty };
}

describe.each(solver.cases)('under a log-linear law, $name:', (each) => {
  const problem = problemOf(each);
  const exact = proposeExact(problem, []);

  test('the exact proposer finds the convex solver’s optimum', () => {
    expect(Math.abs(exact.cost - each.cost)).toBeLessThan(1e-6);
    exact.mixture.forEach((share, i) => {
      expect(Math.abs(share - each.mixture[i]!)).toBeLessThan(1e-4);
    });
  });

  test('the exact proposal is within the limits, and so is the sampled one, which costs no less', () => {
    const sampled = proposeSampled(problem, Random.fromSeed(1), { draws: 5000 });
    expect(isWithin(exact.mixture, problem.limits, 1e-12)).toBe(true);
    expect(isWithin(sampled.mixture, problem.limits)).toBe(true);
    expect(exact.cost).toBeLessThanOrEqual(sampled.cost);
  });
});
