/** Linear regression of losses on shares, by ridge or plain: the baseline that every other regressor must beat. */
import { factorInPlace, paddedSize } from '../linear-algebra/factor.js';
import { inverseFromFactor, invertFactor } from '../linear-algebra/inverse.js';
import { canonicalOrder, takeRows, takeValues } from './canonical-order.js';
import { checkRows, checkTraining, checkWriter } from './check.js';
import type { FittedJson, FittedRegressor, Matrix, PredictionWithError, Regressor } from './regressor.js';

export interface LinearOptions {
  /**
   * Penalty on the squared weights, in units of the mean variance of a feature times the rows; default: the one with the
   * smallest leave-one-out error. `penalty: 0` is plain least squares (of the smallest weights, where shares that add up
   * to 1 leave them open).
   */
  penalty?: number;
}

interface LinearRecord {
  regressor: 'linear';
  /** [features] Means of the training rows. */
  centre: number[];
  /** [features] Change of the target for a change of 1 of each feature. */
  weights: number[];
  /** Mean of the training targets. */
  intercept: number;
  /** [features] Standard deviation over the training rows. */
  spread: number[];
  /** [padded features, padded features] (XᵀX + λI)⁻¹ of the centred rows. */
  inverse: number[];
  rows: number;
  /** Root mean square of the leave-one-out residuals, in the target's unit. */
  residual: number;
}

/** Leaves the directions that the rows do not vary in at weights of 0 without moving the others. */
const plainPenalty = 1e-10;
const penalties = [plainPenalty, ...Array.from({ length: 21 }, (_, k) => 10 ** (-6 + k * 0.4))];

/** Known noises are not used. @example linearWith({ penalty: 0 }).fit(rows, losses, { random }) */
export function linearWith({ penalty }: LinearOptions = {}): Regressor {
  return {
    name: 'linear',
    fit(rows, targets, { noise }) {
      checkTraining('linear', rows, targets, noise);
      const order = canonicalOrder(rows, targets);
      const problem = leastSquares(takeRows(rows, order), takeValues(targets, order));
      const tried = penalty === undefined ? penalties : [Math.max(penalty, plainPenalty)];
      const fits = tried.map((lambda) => ridge(problem, lambda));
      return fitted(fits.reduce((best, next) => (next.residual < best.residual ? next : best)));
    },
    restore(json) {
      checkWriter('linear', json);
      return fitted(json as unknown as LinearRecord);
    },
  };
}

export const linear = linearWith();

/** What does not depend on the penalty. */
interface LeastSquares {
  centre: number[];
  intercept: number;
  /** [rows, features] Less their means. */
  centred: Matrix;
  /** [rows] Less their mean. */
  targets: Float64Array;
  /** [padded features, padded features] Lower triangle of XᵀX, and [features] Xᵀy. */
  gram: Float64Array;
  right: Float64Array;
}

function leastSquares({ rows, columns, values }: Matrix, targets: Float64Array): LeastSquares {
  const centre = Array.from({ length: columns }, (_, j) => {
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += values[i * columns + j]!;
    return sum / rows;
  });
  const intercept = targets.reduce((sum, y) => sum + y, 0) / rows;
  const x = values.map((value, at) => value - centre[at % columns]!);
  const y = targets.map((target) => target - intercept);
  const size = paddedSize(columns);
  const gram = new Float64Array(size * size);
  const right = new Float64Array(columns);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) {
      right[j]! += x[i * columns + j]! * y[i]!;
      for (let k = 0; k <= j; k++) gram[j * size + k]! += x[i * columns + j]! * x[i * columns + k]!;
    }
  return { centre, intercept, centred: { rows, columns, values: x }, targets: y, gram, right };
}

function ridge(problem: LeastSquares, penalty: number): LinearRecord {
  const { centre, intercept, centred, targets, right } = problem;
  const { rows, columns, values } = centred;
  const size = paddedSize(columns);
  const gram = problem.gram.slice();
  const squares = centre.map((_, j) => gram[j * size + j]!);
  // Rows that never vary leave a gram of 0: any penalty then gives weights of 0.
  const lambda = (penalty * squares.reduce((sum, s) => sum + s, 0)) / columns || 1;
  for (let j = 0; j < size; j++) gram[j * size + j]! += j < columns ? lambda : 1;
  factorInPlace(gram, size);
  const inverse = inverseFromFactor(invertFactor(gram, size), size);
  const weights = squares.map((_, j) => right.reduce((sum, r, k) => sum + inverse[j * size + k]! * r, 0));
  let square = 0;
  for (let i = 0; i < rows; i++) {
    const row = values.subarray(i * columns, (i + 1) * columns);
    const residual = targets[i]! - row.reduce((sum, v, j) => sum + v * weights[j]!, 0);
    // Leaving row i out divides its residual by 1 − its leverage.
    square += (residual / Math.max(1e-6, 1 - leverage(row, inverse, size, rows))) ** 2;
  }
  return {
    regressor: 'linear',
    centre,
    weights,
    intercept,
    spread: squares.map((s) => Math.sqrt(s / rows)),
    inverse: [...inverse],
    rows,
    residual: Math.sqrt(square / rows),
  };
}

/** 1/n + x·(XᵀX + λI)⁻¹·x of a centred row. */
function leverage(row: Float64Array, inverse: ArrayLike<number>, size: number, rows: number): number {
  let sum = 1 / rows;
  for (let j = 0; j < row.length; j++)
    for (let k = 0; k < row.length; k++) sum += row[j]! * inverse[j * size + k]! * row[k]!;
  return sum;
}

function fitted(record: LinearRecord): FittedRegressor {
  const { centre, weights, intercept, spread, inverse, residual } = record;
  const columns = weights.length;
  const centred = ({ values }: Matrix, i: number) =>
    values.slice(i * columns, (i + 1) * columns).map((value, j) => value - centre[j]!);
  const predict = (rows: Matrix) => {
    checkRows('linear', rows, columns);
    return Float64Array.from({ length: rows.rows }, (_, i) =>
      centred(rows, i).reduce((sum, value, j) => sum + value * weights[j]!, intercept),
    );
  };
  return {
    features: columns,
    predict,
    predictWithError: (rows): PredictionWithError => ({
      mean: predict(rows),
      standardError: Float64Array.from({ length: rows.rows }, (_, i) => {
        const size = paddedSize(columns);
        return residual * Math.sqrt(1 + leverage(centred(rows, i), inverse, size, record.rows));
      }),
    }),
    importance() {
      const parts = Float64Array.from(weights, (weight, j) => (weight * spread[j]!) ** 2);
      const total = parts.reduce((sum, part) => sum + part, 0);
      return total > 0 ? parts.map((part) => part / total) : parts;
    },
    toJson: (): FittedJson => ({ ...record }),
  };
}
