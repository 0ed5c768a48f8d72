/** Runs of one model, put together by the hyperparameters that they were trained with. */
import type { Hyperparameters } from '../../records.js';
import type { TrainedRun } from './runs.js';

export interface Setting {
  hyperparameters: Hyperparameters;
  runs: TrainedRun[];
}

/** By ascending learning rate, then in the order in which they first occur. */
export function settingsOf(runs: readonly TrainedRun[], model: string): Setting[] {
  const settings = new Map<string, Setting>();
  for (const run of runs) {
    if (run.model !== model) continue;
    const key = keyOf(run.hyperparameters);
    const setting = settings.get(key);
    if (setting === undefined) settings.set(key, { hyperparameters: run.hyperparameters, runs: [run] });
    else setting.runs.push(run);
  }
  return [...settings.values()].sort((a, b) => (rateOf(a) ?? 0) - (rateOf(b) ?? 0));
}

/** The peak learning rate, where it is known. */
export function rateOf({ hyperparameters }: Pick<Setting, 'hyperparameters'>): number | undefined {
  return hyperparameters.learningRate;
}

/** Ascending. */
export function ratesOf(settings: readonly Setting[]): number[] {
  return [...new Set(settings.flatMap((setting) => rateOf(setting) ?? []))].sort((a, b) => a - b);
}

/** All but the learning rate, as one text: settings with the same text make one line over the rate. */
export function othersOf({ hyperparameters }: Pick<Setting, 'hyperparameters'>): string {
  const { learningRate: _, ...others } = hyperparameters;
  return Object.entries(others)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

function keyOf(hyperparameters: Hyperparameters): string {
  return `${hyperparameters.learningRate ?? ''} ${othersOf({ hyperparameters })}`;
}
