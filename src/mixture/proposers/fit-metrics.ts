/** Runs to fits: one for each metric that an objective or a reader asks for. */
import type { Random } from '../../random.js';
import { noiseOfRepeats } from '../design/index.js';
import type { MixtureRuns } from '../fit/mixture-runs.js';
import type { Matrix, Regressor } from '../regressors/regressor.js';
import type { Refit } from './gain.js';
import type { FittedMetric } from './objective.js';

export interface FitMetricsOptions {
  /** Names of loss columns to fit, in this order. */
  names: readonly string[];
  /** Those of them where higher is better. */
  higher: ReadonlySet<string>;
  regressor: Regressor;
  random: Random;
}

/** The noise of a run is measured, and told to the fits, where mixtures were trained more than once. */
export function fitMetrics(runs: MixtureRuns, options: FitMetricsOptions): FittedMetric[] {
  return options.names.map((name) => fitMetric(runs, name, options, noiseOf(runs, name)));
}

/** [runs] The noise of a run in this metric; undefined where no mixture was trained more than once. */
export function noiseOf(runs: MixtureRuns, name: string): Float64Array | undefined {
  const deviation = noiseOfRepeats(mixturesOf(runs.mixtures), lossesOf(runs, name));
  return deviation === undefined ? undefined : new Float64Array(runs.mixtures.rows).fill(deviation);
}

function fitMetric(
  runs: MixtureRuns,
  name: string,
  { higher, regressor, random }: FitMetricsOptions,
  noise?: Float64Array,
): FittedMetric {
  const fitting = { random: random.split(name), ...(noise && { noise }) };
  const fit = regressor.fit(runs.mixtures, lossesOf(runs, name), fitting);
  return { name, better: higher.has(name) ? 'higher' : 'lower', fit };
}

function lossesOf({ metrics, losses }: MixtureRuns, name: string): Float64Array {
  return losses[metrics.indexOf(name)]!;
}

/** Fits on runs drawn with replacement, as many as there are. */
export function refitOn(runs: MixtureRuns, options: FitMetricsOptions): Refit {
  return (random) => {
    const { rows, columns, values } = runs.mixtures;
    const drawn = Array.from({ length: rows }, () => random.below(rows));
    const mixtures = new Float64Array(rows * columns);
    drawn.forEach((from, to) => {
      mixtures.set(values.subarray(from * columns, (from + 1) * columns), to * columns);
    });
    const resampled = {
      ...runs,
      mixtures: { rows, columns, values: mixtures },
      losses: runs.losses.map((losses) => Float64Array.from(drawn, (row) => losses[row]!)),
    };
    // A run drawn twice is no repeat: it says nothing about noise.
    return options.names.map((name) => fitMetric(resampled, name, { ...options, random }));
  };
}

/** [rows] of [columns]: the rows of a matrix, as views of it. */
export function mixturesOf({ rows, columns, values }: Matrix): Float64Array[] {
  return Array.from({ length: rows }, (_, row) => values.subarray(row * columns, (row + 1) * columns));
}
