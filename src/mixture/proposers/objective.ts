/** What a proposal is to be good at, as terms of predicted metrics: the cost is their largest, lower is better. */
import { AssayError } from '../../errors.js';
import { didYouMean } from '../../suggest.js';
import { rowsOf } from '../design/index.js';
import type { FittedRegressor, Matrix } from '../regressors/regressor.js';

/** One metric of the runs (a validation loss, a benchmark) and the fit that predicts it from shares. */
export interface FittedMetric {
  readonly name: string;
  readonly better: 'lower' | 'higher';
  readonly fit: FittedRegressor;
}

/**
 * `weighted`: the mean of some metrics, weights above 0 that need not add up; one metric is a mean of one.
 * `worst`: the worst of some metrics, as it is or as its change from the prior's prediction, for domains whose losses
 * lie at different heights. Metrics where higher is better count with their sign turned.
 */
export type Objective =
  | { kind: 'weighted'; weights: ReadonlyMap<string, number> }
  | { kind: 'worst'; metrics: readonly string[]; relativeTo: 'zero' | 'prior' };

/** What is minimised: the largest of the terms at a mixture. */
export interface Cost {
  readonly terms: number;
  /** [rows, terms] */
  termsAt(rows: Matrix): Float64Array;
}

/** `offset` + Σ weight · predicted metric. */
export interface Term {
  /** [metrics] Negative where higher is better. */
  weights: Float64Array;
  offset: number;
}

/** @throws AssayError for metrics that no fit predicts, and weights that are not above 0 */
export function termsOf(objective: Objective, metrics: readonly FittedMetric[], prior: Float64Array): Term[] {
  if (objective.kind === 'weighted') {
    const weights = new Float64Array(metrics.length);
    let total = 0;
    for (const [name, weight] of objective.weights) {
      if (!(weight > 0 && weight < Infinity))
        throw new AssayError(`objective "${name}"`, 'weight is not valid', {
          expected: 'a number above 0',
          got: `${weight}`,
        });
      const at = indexOf(name, metrics);
      weights[at]! += weight * sign(metrics[at]!);
      total += weight;
    }
    if (total === 0) throw new AssayError('objective', 'names no metric');
    return [{ weights: weights.map((weight) => weight / total), offset: 0 }];
  }
  if (objective.metrics.length === 0) throw new AssayError('objective', 'names no metric');
  return objective.metrics.map((name) => {
    const at = indexOf(name, metrics);
    const weights = new Float64Array(metrics.length);
    weights[at] = sign(metrics[at]!);
    const offset =
      objective.relativeTo === 'prior'
        ? -sign(metrics[at]!) * metrics[at]!.fit.predict(rowsOf([prior]))[0]!
        : 0;
    return { weights, offset };
  });
}

export function costOf(terms: readonly Term[], metrics: readonly FittedMetric[]): Cost {
  const needed = metrics.map((_, m) => terms.some(({ weights }) => weights[m] !== 0));
  return {
    terms: terms.length,
    termsAt: (rows) =>
      termValues(
        terms,
        metrics.map(({ fit }, m) => (needed[m] ? fit.predict(rows) : undefined)),
        rows.rows,
      ),
  };
}

/**
 * [rows, terms]
 *
 * @param metrics [metrics][rows] predicted or observed; those without a weight may be undefined
 */
export function termValues(
  terms: readonly Term[],
  metrics: readonly (Float64Array | undefined)[],
  rows: number,
): Float64Array {
  const values = new Float64Array(rows * terms.length);
  for (let row = 0; row < rows; row++)
    terms.forEach(({ weights, offset }, term) => {
      let value = offset;
      metrics.forEach((metric, m) => {
        if (weights[m] !== 0) value += weights[m]! * metric![row]!;
      });
      values[row * terms.length + term] = value;
    });
  return values;
}

function sign({ better }: FittedMetric): 1 | -1 {
  return better === 'lower' ? 1 : -1;
}

function indexOf(name: string, metrics: readonly FittedMetric[]): number {
  const at = metrics.findIndex((metric) => metric.name === name);
  if (at >= 0) return at;
  const names = metrics.map((metric) => metric.name);
  const fix = didYouMean(name, names);
  throw new AssayError(`objective "${name}"`, 'no such metric', {
    expected: `one of ${names.join(', ')}`,
    ...(fix === undefined ? {} : { fix }),
  });
}
