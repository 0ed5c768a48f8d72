/** Predictions of rows by fits that have not seen them. */
import type { Random } from '../../random.js';
import { canonicalOrder, takeRows, takeValues } from './canonical-order.js';
import type { FitOptions, FittedRegressor, Matrix, Regressor } from './regressor.js';

/** A fit whose search can be taken up on other rows of the same task, where starting anew would cost much more. */
export interface Refittable extends FittedRegressor {
  /** What was chosen from lists stays; what is continuous is fitted to these rows, starting where this fit ended. */
  refit(rows: Matrix, targets: Float64Array, options: FitOptions): FittedRegressor;
}

export interface OutOfFold {
  /** [rows] The fold of each row, from 0 up. */
  fold: readonly number[];
  /** [folds] Fitted to the rows of the other folds. */
  fits: readonly FittedRegressor[];
  /** [rows] By the fit that has not seen the row. */
  mean: Float64Array;
  /** [rows] Standard error of a new observation, where the regressor knows one. */
  standardError?: Float64Array;
}

/**
 * [rows] The fold of each row: as even as can be, and the same for each row whatever the order of the rows. Repeats of one
 * mixture stay together, so that none is predicted from its own repeats, unless there are fewer mixtures than folds.
 */
export function foldsOf(rows: Matrix, targets: Float64Array, folds: number, random: Random): number[] {
  const order = canonicalOrder(rows, targets);
  const groups: number[][] = [];
  for (const [at, row] of order.entries()) {
    if (at > 0 && sameRow(rows, row, order[at - 1]!)) groups.at(-1)!.push(row);
    else groups.push([row]);
  }
  const dealt = groups.length >= folds ? groups : order.map((row) => [row]);
  const fold = new Array<number>(rows.rows);
  random.shuffle(dealt).forEach((group, at) => {
    for (const row of group) fold[row] = at % folds;
  });
  return fold;
}

function sameRow({ columns, values }: Matrix, a: number, b: number): boolean {
  for (let j = 0; j < columns; j++) if (values[a * columns + j] !== values[b * columns + j]) return false;
  return true;
}

/**
 * @param fold [rows] from 0 up, as from `foldsOf`
 * @param whole the fit to all rows; where it can be refitted, each fold starts from it
 */
export function crossValidate(
  regressor: Regressor,
  whole: FittedRegressor,
  rows: Matrix,
  targets: Float64Array,
  fold: readonly number[],
  { random, noise }: FitOptions,
): OutOfFold {
  const mean = new Float64Array(rows.rows);
  const standardError = whole.predictWithError && new Float64Array(rows.rows);
  const folds = 1 + Math.max(...fold);
  const fits: FittedRegressor[] = [];
  for (let k = 0; k < folds; k++) {
    const inside = [...fold.keys()].filter((i) => fold[i] === k);
    const outside = [...fold.keys()].filter((i) => fold[i] !== k);
    const options = { random: random.split('fold', k), ...(noise && { noise: takeValues(noise, outside) }) };
    const [some, someTargets] = [takeRows(rows, outside), takeValues(targets, outside)];
    const fitted =
      'refit' in whole
        ? (whole as Refittable).refit(some, someTargets, options)
        : regressor.fit(some, someTargets, options);
    fits.push(fitted);
    const asked = takeRows(rows, inside);
    const predicted = fitted.predictWithError?.(asked) ?? { mean: fitted.predict(asked) };
    inside.forEach((i, at) => {
      mean[i] = predicted.mean[at]!;
      if (standardError && 'standardError' in predicted) standardError[i] = predicted.standardError[at]!;
    });
  }
  return { fold, fits, mean, ...(standardError && { standardError }) };
}

/** [rows] Predictions of other rows in the place of the training rows, each by the fit that has not seen that row. */
export function predictUnseen({ fold, fits }: Pick<OutOfFold, 'fold' | 'fits'>, rows: Matrix): Float64Array {
  const predicted = new Float64Array(rows.rows);
  fits.forEach((fit, k) => {
    const inside = [...fold.keys()].filter((i) => fold[i] === k);
    fit.predict(takeRows(rows, inside)).forEach((value, at) => {
      predicted[inside[at]!] = value;
    });
  });
  return predicted;
}
