import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ScheduleSpec } from '../../src/records.js';
import { learningRateAt, planSteps, resolveSchedule } from '../../src/train/index.js';

const rates = (schedule: ScheduleSpec): number[] => {
  const { warmupSteps, stableSteps, decaySteps } = schedule;
  return Array.from({ length: warmupSteps + stableSteps + decaySteps }, (_, t) =>
    learningRateAt(schedule, t),
  );
};

describe('the schedule', () => {
  test('is 10 % warm-up, 66 % stable and the rest decay by default', () => {
    expect(resolveSchedule({ learningRate: 1, stableShare: 0.66 }, 100)).toEqual({
      learningRate: 1,
      warmupSteps: 10,
      stableSteps: 66,
      decaySteps: 24,
    });
    const long = resolveSchedule({ learningRate: 1, stableShare: 0.66 }, 100_000);
    expect(long.warmupSteps).toBe(2000);
  });

  test('has the rates of its formula', () => {
    const schedule = { learningRate: 1, warmupSteps: 4, stableSteps: 3, decaySteps: 2 };
    expect(rates(schedule)).toEqual([0.25, 0.5, 0.75, 1, 1, 1, 1, 1, 0.5]);
    expect(learningRateAt(schedule, 9)).toBe(0);
  });

  const resolved = fc
    .record({
      steps: fc.integer({ min: 1, max: 300 }),
      stableShare: fc.double({ min: 0, max: 1, noNaN: true }),
      learningRate: fc.double({ min: 1e-6, max: 1, noNaN: true }),
    })
    .map(({ steps, ...proxy }) => ({ steps, schedule: resolveSchedule(proxy, steps) }));

  test('covers every step once, with rates above 0 and at most the peak, which is reached', () => {
    fc.assert(
      fc.property(resolved, ({ steps, schedule }) => {
        const all = rates(schedule);
        expect(all).toHaveLength(steps);
        for (const rate of all) {
          expect(rate).toBeGreaterThan(0);
          expect(rate).toBeLessThanOrEqual(schedule.learningRate);
        }
        expect(Math.max(...all)).toBe(schedule.learningRate);
      }),
    );
  });

  test('rises, stays and falls, never the other way round', () => {
    fc.assert(
      fc.property(resolved, ({ schedule }) => {
        const all = rates(schedule);
        const peak = schedule.warmupSteps + schedule.stableSteps;
        for (let t = 1; t < all.length; t++) {
          if (t < peak) expect(all[t]).toBeGreaterThanOrEqual(all[t - 1]!);
          else expect(all[t]).toBeLessThanOrEqual(all[t - 1]!);
        }
      }),
    );
  });

  test('refuses a warm-up that is longer than the run', () => {
    const proxy = { learningRate: 1, stableShare: 0.66, warmupSteps: 11 };
    expect(() => resolveSchedule(proxy, 10)).toThrow('proxy.warmupSteps: longer than the run');
  });
});

describe('the length of a run', () => {
  const sizes = { batch: 4, context: 32 };

  test('is the tokens asked for, rounded up to whole steps', () => {
    const steps = (budget: number) => planSteps({ ...sizes, tokens: { budget } }, 0).steps;
    expect([1, 128, 129, 1280].map(steps)).toEqual([1, 1, 2, 10]);
    expect(planSteps({ ...sizes, tokens: { perParameter: 20 } }, 1000).steps).toBe(157);
  });

  test('has 10 validations by default, and never fewer than one', () => {
    expect(planSteps({ ...sizes, tokens: { budget: 128_000 } }, 0).evaluateEvery).toBe(100);
    expect(planSteps({ ...sizes, tokens: { budget: 128 } }, 0).evaluateEvery).toBe(1);
    expect(planSteps({ ...sizes, tokens: { budget: 1280 }, evaluateEvery: 99 }, 0).evaluateEvery).toBe(10);
  });
});
