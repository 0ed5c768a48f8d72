/** Runs for tests, from rows or simulated with a known truth. */
import type { Random } from '../../../src/random.js';
import type { Metric, TrainedRun, TrainedRuns } from '../../../src/ranking/index.js';

export interface Row {
  recipe: string;
  model: string;
  seed: string;
  hyperparameters: Record<string, number>;
  metric: string;
  /** One a step. */
  steps: number[];
  values: number[];
}

export function runsOf(rows: readonly Row[], metrics: readonly Metric[]): TrainedRuns {
  const runs = new Map<string, TrainedRun>();
  for (const { metric, steps, values, ...run } of rows) {
    const key = JSON.stringify(run);
    const trained = runs.get(key) ?? { ...run, measured: {} };
    trained.measured[metric] = { steps: Float64Array.from(steps), values: Float64Array.from(values) };
    runs.set(key, trained);
  }
  return { metrics: [...metrics], runs: [...runs.values()] };
}

export const loss: Metric = { name: 'loss', better: 'lower', weight: 1 };

export interface Simulated {
  recipes: number;
  seeds: number;
  /** Standard deviation of a run's loss between seeds, where recipes differ by 1. */
  noise: number;
  /** How much the proxy's own order of recipes departs from the target's, where recipes differ by 1. */
  departure: number;
}

/** One proxy setting and one target; what the proxy would rank with endless seeds is known. */
export function simulate({ recipes, seeds, noise, departure }: Simulated, random: Random) {
  const target = Array.from({ length: recipes }, () => random.normal());
  const proxy = target.map((quality) => quality + departure * random.normal());
  const shared = Array.from({ length: seeds }, () => 0.5 * random.normal());
  const row = (r: number, model: string, seed: number, value: number): Row => ({
    ...{ recipe: `r${r}`, model, seed: `s${seed}`, hyperparameters: { learningRate: 1e-4 } },
    ...{ metric: 'loss', steps: [10], values: [value] },
  });
  const rows = target.flatMap((quality, r) => [
    row(r, 'large', 0, quality),
    ...shared.map((shift, s) => row(r, 'small', s, proxy[r]! + shift + noise * random.normal())),
  ]);
  return { trained: runsOf(rows, [loss]), proxy, target };
}
