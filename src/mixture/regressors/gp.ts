/**
 * Gaussian process regression: a smooth function of transformed shares with a length scale for every domain, around a
 * linear mean, with the uncertainty of both.
 *
 * Its transforms, kernel and hyperparameters are chosen by marginal likelihood on the training rows alone.
 */
import type { Random } from '../../random.js';
import { canonicalOrder, takeRows, takeValues } from './canonical-order.js';
import { checkRows, checkTraining, checkWriter } from './check.js';
import type { Refittable } from './cross-validate.js';
import { gpVariances } from './gp/covariance.js';
import { type GpData, posterior } from './gp/likelihood.js';
import { gpModel } from './gp/model.js';
import { predictGp } from './gp/predict.js';
import { adjustGp, type GpForm, type Searched, searchGp } from './gp/search.js';
import { restoreTarget, targetSlopes, targetTransform, transformTargets } from './gp/targets.js';
import { importanceByHolding } from './importance.js';
import type { FittedJson, Matrix, PredictionWithError, Regressor } from './regressor.js';

/** What is not given is chosen by marginal likelihood. */
export interface GpOptions {
  /** Smoothness of the function, e.g. `kernel: 'matern-5/2'` for one that is only twice differentiable. */
  kernel?: GpForm['kernel'];
  /** What distances are measured in, e.g. `input: 'sqrt'` for Hellinger's. */
  input?: GpForm['input'];
  /** Fit log(loss − floor), the floor so many ranges below the least loss, e.g. `floor: 0.3`; Infinity: the loss. */
  floor?: GpForm['floor'];
  /** Further starting points of the search; default 1, e.g. `restarts: 4`. */
  restarts?: number;
  /** Rows that forms are compared on before all rows are used; default 160, e.g. `compareRows: 512`. */
  compareRows?: number;
}

export interface GpPrediction extends PredictionWithError {
  /** [rows] Standard deviation of the function itself, without the noise of a run, in the target's unit. */
  functionError: Float64Array;
}

export interface FittedGp extends Refittable {
  predictWithError(rows: Matrix): GpPrediction;
  readonly form: GpForm;
  /** Natural log of the density of the training targets, in their own unit, at the fitted hyperparameters. */
  readonly logMarginalLikelihood: number;
}

export interface GpRegressor extends Regressor {
  fit(rows: Matrix, targets: Float64Array, options: { random: Random; noise?: Float64Array }): FittedGp;
  restore(json: FittedJson): FittedGp;
}

/** Everything that a fit is made of; conditioning on it again gives the same bits. */
interface GpRecord extends Searched {
  rows: Matrix;
  targets: Float64Array;
  noise?: Float64Array;
}

/**
 * Known noises are added to the noise that is fitted, so that a run whose seeds disagree counts for less. Where
 * log(loss − floor) is fitted, the prediction is the median of a new run and its error is taken to first order.
 *
 * @example gpWith({ input: 'log' }).fit(rows, losses, { random: Random.fromSeed(0) })
 */
export function gpWith({ kernel, input, floor, restarts, compareRows }: GpOptions = {}): GpRegressor {
  const form = { ...(kernel && { kernel }), ...(input && { input }), ...(floor !== undefined && { floor }) };
  const search = { form, ...(restarts !== undefined && { restarts }), ...(compareRows && { compareRows }) };
  return {
    name: 'gp',
    fit(rows, targets, { random, noise }) {
      const data = sorted(rows, targets, noise);
      return fitted({
        ...data,
        ...searchGp(data, { ...search, random, ...(noise && { noise: data.noise! }) }),
      });
    },
    restore(json) {
      checkWriter('gp', json);
      return fitted(fromJson(json));
    },
  };
}

export const gp = gpWith();

function sorted(rows: Matrix, targets: Float64Array, noise?: Float64Array): Omit<GpRecord, 'form' | 'hyper'> {
  checkTraining('gp', rows, targets, noise);
  const order = canonicalOrder(rows, targets);
  return {
    rows: takeRows(rows, order),
    targets: takeValues(targets, order),
    ...(noise && { noise: takeValues(noise, order) }),
  };
}

function fitted(record: GpRecord): FittedGp {
  const { form, hyper, rows, targets, noise } = record;
  const transform = targetTransform(targets, form.floor);
  const slopes = targetSlopes(transform, targets);
  const data: GpData = {
    rows,
    targets: transformTargets(transform, targets),
    ...(noise && { variance: noise.map((deviation, i) => (deviation * slopes[i]!) ** 2) }),
  };
  const model = gpModel(rows, form.kernel, form.input);
  // Hyperparameters that were fitted have been factored once already.
  const conditioned = posterior(model, hyper, data)!;
  const known = data.variance ? data.variance.reduce((sum, v) => sum + v, 0) / data.variance.length : 0;
  const noiseVariance = gpVariances(model, hyper).noise + known;
  const predict = (asked: Matrix, variances?: Float64Array) => {
    checkRows('gp', asked, rows.columns);
    return predictGp(model, hyper, conditioned, asked, variances).map((z) => restoreTarget(transform, z));
  };
  return {
    features: rows.columns,
    form,
    logMarginalLikelihood: slopes.reduce((sum, slope) => sum + Math.log(slope), conditioned.logLikelihood),
    predict: (asked) => predict(asked),
    predictWithError(asked) {
      const variances = new Float64Array(asked.rows);
      const mean = predict(asked, variances);
      const slope = targetSlopes(transform, mean);
      return {
        mean,
        functionError: variances.map((v, i) => Math.sqrt(v) / slope[i]!),
        standardError: variances.map((v, i) => Math.sqrt(v + noiseVariance) / slope[i]!),
      };
    },
    refit(otherRows, otherTargets, options) {
      const data = sorted(otherRows, otherTargets, options.noise);
      return fitted({ ...data, ...adjustGp(record, data) });
    },
    importance: () => importanceByHolding((asked) => predict(asked), rows),
    toJson: () => toJson(record),
  };
}

function toJson({ form, hyper, rows, targets, noise }: GpRecord): FittedJson {
  return {
    regressor: 'gp',
    // JSON has no Infinity.
    form: { ...form, floor: form.floor === Infinity ? null : form.floor },
    hyper: [...hyper],
    features: rows.columns,
    rows: [...rows.values],
    targets: [...targets],
    ...(noise && { noise: [...noise] }),
  };
}

function fromJson(json: FittedJson): GpRecord {
  const { form, hyper, features, rows, targets, noise } = json as unknown as {
    form: GpForm & { floor: number | null };
    features: number;
    [field: string]: unknown;
  };
  const numbers = (value: unknown) => Float64Array.from(value as number[]);
  return {
    form: { ...form, floor: form.floor ?? Infinity },
    hyper: numbers(hyper),
    rows: { rows: numbers(targets).length, columns: features, values: numbers(rows) },
    targets: numbers(targets),
    ...(noise !== undefined && { noise: numbers(noise) }),
  };
}
