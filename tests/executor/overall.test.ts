/** When all runs will have ended, as the progress of a study says it. */
import { expect, test } from 'vitest';
import { Overall, type RunProgress } from '../../src/executor/overall.js';
import type { RunOutcome, RunSpec } from '../../src/records.js';

const spec = (id: string, parameters: number): RunSpec =>
  ({ id, parameters, steps: 100, batch: 4, context: 16 }) as RunSpec;
const small = spec('small', 1000);
const large = spec('large', 4000);
const done = { status: 'done', step: 100 } as RunOutcome;

/** Runs, those of them that had ended before, and a clock that the test moves. */
function study(specs: RunSpec[], before: (RunOutcome | undefined)[] = specs.map(() => undefined)) {
  const clock = { now: 0 };
  const told: RunProgress[] = [];
  const overall = new Overall(
    specs,
    before,
    (progress) => told.push(progress),
    undefined,
    () => clock.now,
  );
  const moved = (index: number, step: number) =>
    overall.moved(index, { id: specs[index]!.id, step, steps: 100, tokensPerSecond: 64, lossNats: 3 });
  return { clock, overall, moved, last: () => told.at(-1)! };
}

test('a run of a model four times the size is expected to take four times as long', () => {
  const { clock, overall, moved, last } = study([small, large]);
  moved(0, 0);
  clock.now = 10_000;
  overall.ended(0, done);
  expect(last().overall).toEqual({ ended: 1, runs: 2, secondsLeft: 40 });
});

test('what had been trained before does not count as speed', () => {
  const { clock, moved, last } = study([large, small, small], [done, undefined, undefined]);
  moved(1, 50); // taken up from a checkpoint
  clock.now = 10_000;
  moved(1, 100);
  expect(last().overall.secondsLeft).toBe(20);
  expect(last().secondsLeft).toBe(0);
});

test('nor does what a failed run left undone', () => {
  const { clock, overall, moved, last } = study([small, small]);
  moved(0, 0);
  clock.now = 10_000;
  overall.ended(0, { status: 'failed', step: 50, reason: 'loss is NaN' } as RunOutcome);
  expect(last().overall.secondsLeft).toBe(20);
});
