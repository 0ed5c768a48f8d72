/**
 * WSD: the learning rate warms up linearly, stays at its peak, and decays linearly to 0.
 *
 * With N = warm-up + stable + decay steps and t from 0: (t + 1) / warmupSteps of the peak during warm-up, the peak
 * while stable, (N − t) / decaySteps of the peak during decay. So the rate is 0 just before the first step and
 * just after the last, positive in every step, and never above the peak.
 */
import { AssayError, ExitCode } from '../errors.js';
import type { ProxySpec, ScheduleSpec } from '../records.js';

/**
 * The schedule of a run of `steps` steps: `warmupSteps` (default min(2000, 10 % of the steps)), then
 * `stableShare` of ALL steps at the peak, then decay for the rest.
 */
export function resolveSchedule(
  proxy: Pick<ProxySpec, 'learningRate' | 'stableShare'> & { warmupSteps?: number | undefined },
  steps: number,
): ScheduleSpec {
  const warmupSteps = proxy.warmupSteps ?? Math.min(2000, Math.floor(steps / 10));
  if (warmupSteps > steps) {
    throw new AssayError('proxy.warmupSteps', 'longer than the run', {
      expected: `at most ${steps} steps`,
      got: `${warmupSteps}`,
      fix: 'Lower it, or train on more tokens.',
      exitCode: ExitCode.study,
    });
  }
  const stableSteps = Math.min(steps - warmupSteps, Math.round(steps * proxy.stableShare));
  const decaySteps = steps - warmupSteps - stableSteps;
  return { learningRate: proxy.learningRate, warmupSteps, stableSteps, decaySteps };
}

/** The rate of optimizer step `step`, counted from 0; 0 after the last. */
export function learningRateAt(schedule: ScheduleSpec, step: number): number {
  const { learningRate, warmupSteps, stableSteps, decaySteps } = schedule;
  // The fraction is rounded first: it is then at most 1, and the rate at most the peak.
  if (step < warmupSteps) return learningRate * ((step + 1) / warmupSteps);
  if (step < warmupSteps + stableSteps) return learningRate;
  const left = warmupSteps + stableSteps + decaySteps - step;
  return left > 0 ? learningRate * (left / decaySteps) : 0;
}

/** The sum of the rates of steps `from` to `to`, counted from 0, the last not included. */
export function sumOfRates(schedule: ScheduleSpec, from: number, to: number): number {
  let total = 0;
  for (let step = from; step < to; step++) total += learningRateAt(schedule, step);
  return total;
}
