/** Points put together into runs. */
import type { Metric, TrainedRun, TrainedRuns } from '../ranking/index.js';
import { betterOf } from './direction.js';
import type { Mapping } from './mapping.js';
import type { RunPoints } from './read-row.js';

type Run = Omit<TrainedRun, 'measured'> & { measured: Map<string, Map<number, number>> };

export class RunCollector {
  points = 0;
  private readonly runs = new Map<string, Run>();
  private readonly metrics = new Set<string>();

  /** @returns the reason why a point cannot be added */
  add({ recipe, model, seed, hyperparameters, step, values }: RunPoints): string | undefined {
    const key = JSON.stringify([recipe, model, seed, Object.entries(hyperparameters)]);
    let run = this.runs.get(key);
    if (run === undefined) {
      run = { recipe, model, seed, hyperparameters, measured: new Map() };
      this.runs.set(key, run);
    }
    for (const [metric, value] of values) {
      this.metrics.add(metric);
      let measured = run.measured.get(metric);
      if (measured === undefined) {
        measured = new Map();
        run.measured.set(metric, measured);
      }
      const before = measured.get(step);
      if (before !== undefined && !Object.is(before, value)) {
        const what = `"${metric}" of recipe "${recipe}", model "${model}", seed "${seed}" at step ${step}`;
        return `measured twice, expected one value of ${what}, got ${before} and ${value}`;
      }
      if (before === undefined) this.points++;
      measured.set(step, value);
    }
    return undefined;
  }

  finish({ weights, ...mapping }: Mapping): TrainedRuns {
    const metrics = [...this.metrics].map(
      (name): Metric => ({
        name,
        better: betterOf(name, mapping),
        weight: Object.hasOwn(weights, name) ? weights[name]! : 1,
      }),
    );
    const runs = [...this.runs.values()].map(({ measured, ...run }): TrainedRun => {
      const sorted = [...measured].map(([metric, values]) => {
        const points = [...values].sort(([a], [b]) => a - b);
        const steps = Float64Array.from(points, ([step]) => step);
        return [metric, { steps, values: Float64Array.from(points, ([, value]) => value) }] as const;
      });
      return { ...run, measured: Object.fromEntries(sorted) };
    });
    return { metrics, runs };
  }
}
