/**
 * The log-linear mixing law: loss = c + exp(k + Σ t·r), one rate t for every share r.
 *
 * Two constants and a rate for each domain: it needs few runs and is convex in the shares, so that its exact optimum can
 * be had; it cannot follow what shares do together. Data Mixing Laws (arXiv 2403.16952, eq. 6), olmix.
 */
import type { Random } from '../../random.js';
import { levenbergMarquardt, type Residuals } from '../linear-algebra/levenberg-marquardt.js';
import { canonicalOrder, takeRows, takeValues } from './canonical-order.js';
import { checkRows, checkTraining, checkWriter } from './check.js';
import { importanceByHolding } from './importance.js';
import { linearWith } from './linear.js';
import type { FittedJson, FittedRegressor, Matrix, Regressor } from './regressor.js';

export interface LoglinearLaw {
  /** c: the loss that no mixture goes below, in the target's unit. */
  floor: number;
  /** k */
  constant: number;
  /** [features] t; negative where more of a domain lowers the loss. */
  rates: Float64Array;
}

export interface FittedLoglinear extends FittedRegressor {
  readonly law: LoglinearLaw;
}

export interface LoglinearRegressor extends Regressor {
  fit(
    rows: Matrix,
    targets: Float64Array,
    options: { random: Random; noise?: Float64Array },
  ): FittedLoglinear;
  restore(json: FittedJson): FittedLoglinear;
}

/** Keeps rates finite where shares that add up to 1 leave one of them open; of the variance of the targets. */
const penalty = 1e-6;
/** exp(80) is beyond any loss, and stays finite when added up. */
const largestExponent = 80;
/** Distances of the first floor below the least target, in ranges of the targets. */
const startFloors = [0.03, 0.1, 0.3, 1, 3];

/** Least squares from several starts; known noises are not used. */
export const loglinear: LoglinearRegressor = {
  name: 'loglinear',
  fit(rows, targets, { random, noise }) {
    checkTraining('loglinear', rows, targets, noise);
    const order = canonicalOrder(rows, targets);
    return fitted(bestLaw(takeRows(rows, order), takeValues(targets, order), random), takeRows(rows, order));
  },
  restore(json) {
    checkWriter('loglinear', json);
    const { floor, constant, rates, importance } = json as unknown as LoglinearLaw & { importance: number[] };
    return fitted({ floor, constant, rates: Float64Array.from(rates) }, undefined, importance);
  },
};

function bestLaw(rows: Matrix, targets: Float64Array, random: Random): LoglinearLaw {
  const least = targets.reduce((a, b) => Math.min(a, b));
  const range = targets.reduce((a, b) => Math.max(a, b)) - least;
  // One loss for all: the floor itself, and an exponential that vanishes.
  if (range === 0)
    return { floor: least, constant: -largestExponent * 10, rates: new Float64Array(rows.columns) };
  const residuals = lawResiduals(rows, targets, range);
  const fits = startFloors.map((distance) => {
    const floor = least - distance * range;
    const logs = linearWith().fit(
      rows,
      targets.map((y) => Math.log(y - floor)),
      { random },
    );
    const constant = logs.predict({
      rows: 1,
      columns: rows.columns,
      values: new Float64Array(rows.columns),
    })[0]!;
    const units = Float64Array.from({ length: rows.columns ** 2 }, (_, at) =>
      at % (rows.columns + 1) === 0 ? 1 : 0,
    );
    const rates = logs
      .predict({ rows: rows.columns, columns: rows.columns, values: units })
      .map((value) => value - constant);
    const start = Float64Array.of(floor, constant, ...rates);
    return levenbergMarquardt(residuals, rows.rows + rows.columns, start);
  });
  const best = fits.reduce((a, b) => (b.squares < a.squares ? b : a)).point;
  const law = { floor: best[0]!, constant: best[1]!, rates: best.slice(2) };
  return addUpToOne(rows) ? withCentredRates(law) : law;
}

function addUpToOne({ rows, columns, values }: Matrix): boolean {
  for (let i = 0; i < rows; i++) {
    const sum = values.subarray(i * columns, (i + 1) * columns).reduce((total, share) => total + share, 0);
    if (Math.abs(sum - 1) > 1e-9) return false;
  }
  return true;
}

/** The same law of shares that add up to 1, where a number can be moved from the constant to all rates: their mean is 0. */
function withCentredRates({ floor, constant, rates }: LoglinearLaw): LoglinearLaw {
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  return { floor, constant: constant + mean, rates: rates.map((rate) => rate - mean) };
}

/** Residuals of the law on the rows, then those that pull each rate to 0. Parameters: floor, constant, rates. */
function lawResiduals({ rows, columns, values }: Matrix, targets: Float64Array, range: number): Residuals {
  const pull = Math.sqrt(penalty * rows) * range;
  const width = columns + 2;
  return (point, residuals, slopes) => {
    for (let i = 0; i < rows; i++) {
      const row = values.subarray(i * columns, (i + 1) * columns);
      const excess = Math.exp(exponent(point[1]!, point.subarray(2), row));
      residuals[i] = point[0]! + excess - targets[i]!;
      slopes[i * width] = 1;
      slopes[i * width + 1] = excess;
      for (let j = 0; j < columns; j++) slopes[i * width + 2 + j] = excess * row[j]!;
    }
    for (let j = 0; j < columns; j++) {
      residuals[rows + j] = pull * point[2 + j]!;
      slopes[(rows + j) * width + 2 + j] = pull;
    }
  };
}

function exponent(constant: number, rates: Float64Array, row: Float64Array): number {
  let sum = constant;
  for (let j = 0; j < row.length; j++) sum += rates[j]! * row[j]!;
  return Math.min(sum, largestExponent);
}

function fitted(law: LoglinearLaw, trained: Matrix | undefined, known?: number[]): FittedLoglinear {
  const columns = law.rates.length;
  const predict = (rows: Matrix) => {
    checkRows('loglinear', rows, columns);
    return Float64Array.from({ length: rows.rows }, (_, i) => {
      const row = rows.values.subarray(i * columns, (i + 1) * columns);
      return law.floor + Math.exp(exponent(law.constant, law.rates, row));
    });
  };
  const importance = () =>
    trained === undefined ? Float64Array.from(known!) : importanceByHolding(predict, trained);
  return {
    features: columns,
    law,
    predict,
    importance,
    toJson: () => ({
      regressor: 'loglinear',
      floor: law.floor,
      constant: law.constant,
      rates: [...law.rates],
      importance: [...importance()],
    }),
  };
}
