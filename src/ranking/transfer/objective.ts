/** What runs are compared by: an aggregate of domains or benchmarks, or one of them. */
import type { ObjectiveSummary } from '../../records.js';
import type { Metric, TrainedRun } from './runs.js';

export interface Objective extends ObjectiveSummary {
  /** 1 for losses, −1 for accuracies: value · sign is a cost, where lower is better. */
  sign: 1 | -1;
}

/**
 * The aggregated loss, the aggregated accuracy, then every metric alone. An aggregate of one metric is that metric.
 * A metric of weight 0 is compared alone only.
 */
export function objectivesOf(metrics: readonly Metric[]): Objective[] {
  const aggregates = [
    aggregate('aggregated loss', metrics, 'lower'),
    aggregate('aggregated accuracy', metrics, 'higher'),
  ].filter((objective) => Object.keys(objective.metrics).length > 1);
  // What recipes are tuned by comes first: a loss that counts, if there is one.
  const place = ({ better, weight }: Metric) => (better === 'lower' ? 0 : 1) + (weight > 0 ? 0 : 2);
  const single = [...metrics]
    .sort((a, b) => place(a) - place(b))
    .map(({ name, better }) => objective(name, better, { [name]: 1 }));
  return [...aggregates, ...single];
}

function aggregate(name: string, metrics: readonly Metric[], better: Metric['better']): Objective {
  const counted = metrics.filter((metric) => metric.better === better && metric.weight > 0);
  const total = counted.reduce((sum, { weight }) => sum + weight, 0);
  return objective(
    name,
    better,
    Object.fromEntries(counted.map((metric) => [metric.name, metric.weight / total])),
  );
}

function objective(name: string, better: Metric['better'], metrics: Record<string, number>): Objective {
  return { name, better, metrics, sign: better === 'lower' ? 1 : -1 };
}

/**
 * The cost of a run at a step: Σ weight · value · sign, lower is better, infinite where the run had diverged.
 * @returns undefined where one of the objective's metrics was not measured at that step
 */
export function costAt(run: TrainedRun, { metrics, sign }: Objective, step: number): number | undefined {
  let total = 0;
  for (const [name, weight] of Object.entries(metrics)) {
    const measured = run.measured[name];
    const at = measured === undefined ? -1 : indexOf(measured.steps, step);
    if (at < 0) return undefined;
    total += weight * sign * measured!.values[at]!;
  }
  return Number.isNaN(total) ? Number.POSITIVE_INFINITY : total;
}

/** The last step at which the run was measured by every metric of the objective. */
export function lastStep(run: TrainedRun, { metrics }: Objective): number | undefined {
  const [first, ...rest] = Object.keys(metrics);
  const steps = run.measured[first!]?.steps;
  for (let i = (steps?.length ?? 0) - 1; i >= 0; i--) {
    const step = steps![i]!;
    if (rest.every((name) => run.measured[name] && indexOf(run.measured[name].steps, step) >= 0)) return step;
  }
  return undefined;
}

/** Place of a step in ascending steps, or −1. */
function indexOf(steps: Float64Array, step: number): number {
  let low = 0;
  let high = steps.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle]! < step) low = middle + 1;
    else high = middle;
  }
  return steps[low] === step ? low : -1;
}
