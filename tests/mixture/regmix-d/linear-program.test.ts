/** Schedules of a linear world, where scipy's linear programming knows the best one: scripts/regmix-d-schedule.py. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  boundariesOf,
  drawDirichlet,
  fitStages,
  regressors,
  scheduleOffline,
  type Trajectories,
} from '../../../src/mixture/index.js';
import { Random } from '../../../src/random.js';

interface Problem {
  maximumShare: number;
  maximumChange: number | null;
  supply: number[] | null;
  objective: number;
}

const { A, B, start, weights, problems } = JSON.parse(
  readFileSync(new URL('fixtures/schedule.json', import.meta.url), 'utf8'),
) as {
  A: number[][];
  B: number[][][];
  start: number[];
  weights: number[];
  problems: Record<string, Problem>;
};
const stages = B.length;
const domains = ['a', 'b', 'c', 'd'];
const metrics = ['x', 'y'];

function trained(mixtureOf: (stage: number) => ArrayLike<number>): number[][] {
  const all = [start];
  for (let stage = 0; stage < stages; stage++) {
    const mixture = Array.from(mixtureOf(stage));
    const dot = (row: number[], with_: number[]) => row.reduce((sum, value, i) => sum + value * with_[i]!, 0);
    all.push(metrics.map((_, m) => dot(A[m]!, all[stage]!) + dot(B[stage]![m]!, mixture)));
  }
  return all;
}

const objectiveOf = (all: number[][]) =>
  weights.reduce((sum, weight, m) => sum + weight * all[stages]![m]!, 0);

const random = Random.fromSeed('linear');
const prior = Float64Array.of(0.25, 0.25, 0.25, 0.25);
const runs: Trajectories['runs'] = Array.from({ length: 60 }, (_, run) => {
  const mixtures = Array.from({ length: stages }, () => drawDirichlet(prior, random));
  const losses = trained((stage) => mixtures[stage]!).flat();
  return {
    run: `${run}`,
    progress: Float64Array.from({ length: stages + 1 }, (_, i) => i / stages),
    losses: { rows: stages + 1, columns: 2, values: Float64Array.from(losses) },
    mixtures: mixtures.map((shares, i) => ({ from: i / stages, shares })),
  };
});
const model = fitStages(
  { domains, metrics, runs },
  { boundaries: boundariesOf(stages), regressor: regressors.linear, random },
);

/** Share of the best possible gain that is reached: moves of one stage or of a tail get stuck between smooth neighbours. */
const leastShare: Record<string, number> = { 'a smooth schedule': 0.75 };

describe('a schedule of a linear world', () => {
  test.each(Object.entries(problems))('comes close to the best one: %s', (name, problem) => {
    const { maximumShare, maximumChange, supply } = problem;
    const schedule = scheduleOffline(
      model,
      {
        objective: new Map(metrics.map((metric, m) => [metric, weights[m]!])),
        prior,
        draws: 4000,
        extrapolate: true,
        maximumShares: new Map(domains.map((domain) => [domain, maximumShare])),
        ...(maximumChange !== null && { maximumChange }),
        ...(supply !== null && {
          supplyTokens: new Map(domains.map((d, i) => [d, supply[i]!])),
          budgetTokens: 1,
        }),
      },
      random.split('schedule'),
    );
    const mixtures = schedule.phases.map(({ mixture }) => domains.map((domain) => mixture[domain]!));
    mixtures.forEach((mixture, stage) => {
      expect(mixture.reduce((a, b) => a + b)).toBeCloseTo(1, 9);
      mixture.forEach((share, d) => {
        expect(share).toBeGreaterThanOrEqual(-1e-12);
        expect(share).toBeLessThanOrEqual(maximumShare + 1e-9);
        if (stage > 0 && maximumChange !== null)
          expect(Math.abs(share - mixtures[stage - 1]![d]!)).toBeLessThanOrEqual(maximumChange + 1e-9);
      });
    });
    domains.forEach((_, d) => {
      const used = mixtures.reduce((sum, mixture) => sum + mixture[d]! / stages, 0);
      expect(used).toBeLessThanOrEqual((supply?.[d] ?? 1) + 1e-9);
    });
    expect(schedule.phases.every(({ relaxed }) => relaxed === undefined)).toBe(true);

    const reached = objectiveOf(trained((stage) => mixtures[stage]!));
    const even = objectiveOf(trained(() => prior));
    const share = (even - reached) / (even - problem.objective);
    expect(share).toBeGreaterThan(leastShare[name] ?? 0.97);
    expect(share).toBeLessThanOrEqual(1 + 1e-9);
    // And it is predicted as it comes.
    const end = schedule.phases.at(-1)!.predicted;
    const predicted = weights.reduce((sum, weight, m) => sum + weight * end[metrics[m]!]!.lossNats, 0);
    expect(predicted).toBeCloseTo(reached, 2);
  });
});
