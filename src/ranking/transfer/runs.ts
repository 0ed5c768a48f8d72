/** Results of trained runs, wherever they were trained: what transfer analysis reads. */
import type { Hyperparameters } from '../../records.js';

export interface TrainedRuns {
  /** In the order in which they first occur. */
  metrics: Metric[];
  runs: TrainedRun[];
}

/** What was measured: the loss on a validation domain, or the score on a benchmark. */
export interface Metric {
  name: string;
  /** `lower` for losses, `higher` for accuracies. */
  better: 'lower' | 'higher';
  /** Share in the aggregate of the metrics with the same `better`, relative to theirs; 0 leaves it out. */
  weight: number;
}

export interface TrainedRun {
  recipe: string;
  model: string;
  seed: string;
  hyperparameters: Hyperparameters;
  /** By metric; a metric that this run was not measured by is absent. */
  measured: Record<string, Measured>;
}

export interface Measured {
  /** Ascending, each once. */
  steps: Float64Array;
  /** One a step; NaN where the run had diverged. */
  values: Float64Array;
}
