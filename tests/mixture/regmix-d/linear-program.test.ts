/** Schedules of a linear world, where scipy's linear programming knows the best one: scripts/regmix-d-schedule.py. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  boundariesOf,
  drawDirichlet,
  fitStages,
  type MixtureSchedule,
  regressors,
  type ScheduleOptions,
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

describe('limits of a schedule', () => {
  const plan = (options: Partial<ScheduleOptions>) =>
    scheduleOffline(
      model,
      { objective: new Map([['x', 1]]), prior, draws: 200, extrapolate: true, ...options },
      random.split('limits'),
    );
  const amounts = (...shares: number[]) => new Map(shares.map((share, i) => [domains[i]!, share]));

  test.each<[string, Partial<ScheduleOptions>, string]>([
    [
      'an unknown loss',
      { objective: new Map([['z', 1]]) },
      'objective "z": no such name, expected one of x, y',
    ],
    ['a supply without a budget', { supplyTokens: amounts(1) }, 'supply: says nothing without the tokens'],
    [
      'too small a supply',
      { supplyTokens: amounts(0.2, 0.2, 0.2, 0.2), budgetTokens: 1 },
      'do not fill the budget, got 0.8000 of it',
    ],
    [
      'least shares above the supply',
      { supplyTokens: amounts(0.1), budgetTokens: 1, minimumShares: amounts(0.2) },
      'limits of "a": no share is within them',
    ],
    [
      'largest shares that do not fill a stage',
      { maximumShares: amounts(0.2, 0.2, 0.2, 0.2) },
      'no mixture is within all of them',
    ],
    [
      'a horizon that cannot keep them',
      { horizon: 'stage', supplyTokens: amounts(0.3), budgetTokens: 1, maximumShares: amounts(1, 0.5) },
      'may use up what later stages need',
    ],
  ])('are refused: %s', (_, options, problem) => {
    expect(() => plan(options)).toThrow(problem);
  });

  test('a supply that runs out goes before a smooth change, and the phase says so', () => {
    // The first stages take all there is of b, the best domain for x; what is left of it then is nothing.
    const { phases } = plan({
      horizon: 'stage',
      supplyTokens: amounts(1, 0.3, 1, 1),
      budgetTokens: 1,
      maximumChange: 0.1,
    });
    const used = phases.reduce((sum, { share, mixture }) => sum + share * mixture.b!, 0);
    expect(used).toBeLessThanOrEqual(0.3 + 1e-9);
    const broken = phases.filter(
      ({ mixture }, i) =>
        i > 0 && domains.some((d) => Math.abs(mixture[d]! - phases[i - 1]!.mixture[d]!) > 0.1 + 1e-9),
    );
    expect(broken.length).toBeGreaterThan(0);
    for (const { relaxed } of broken) expect(relaxed).toEqual(['maximumChange']);
  });

  test('a change that costs is smaller', () => {
    const moved = ({ phases }: MixtureSchedule) =>
      phases
        .slice(1)
        .reduce(
          (sum, { mixture }, i) =>
            sum + domains.reduce((all, d) => all + Math.abs(mixture[d]! - phases[i]!.mixture[d]!), 0),
          0,
        );
    expect(moved(plan({ horizon: 'stage', changePenalty: 0.5 }))).toBeLessThan(
      0.8 * moved(plan({ horizon: 'stage' })),
    );
  });
});
