/**
 * How far a run can get, and the lower end of tiny rates.
 *
 * With AdamW a parameter moves by about the learning rate a step at most, so the sum of the rates of all steps, the
 * reach, bounds how far a run leaves its initial weights. While rates are small, runs at different rates lie on one
 * curve of loss against reach; where that curve crosses the unigram entropy, a run has learned word frequencies only.
 */
import type { RateTrial, ScheduleSpec } from '../records.js';
import { sumOfRates } from '../train/index.js';

/** The sum of the learning rates of the first `steps` steps. */
export function reach(schedule: ScheduleSpec, steps: number): number {
  return sumOfRates(schedule, 0, steps);
}

/**
 * The reach at which runs came down to `lossNats`, read from the run at the smallest rate that did; between two
 * validations the loss is taken to fall linearly with the reach. Undefined when no run came down so far.
 */
export function reachAtLoss(trials: readonly RateTrial[], lossNats: number): number | undefined {
  const slowestFirst = [...trials].sort((a, b) => a.learningRate - b.learningRate || b.steps - a.steps);
  for (const { points } of slowestFirst) {
    const at = points.findIndex((point) => point.lossNats <= lossNats);
    if (at < 0) continue;
    const after = points[at]!;
    const before = points[at - 1];
    if (before === undefined) return after.reach;
    const part = (before.lossNats - lossNats) / (before.lossNats - after.lossNats);
    return before.reach + part * (after.reach - before.reach);
  }
  return undefined;
}
