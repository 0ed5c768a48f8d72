/** How well a regressor predicts losses of mixtures that it has not seen. */
import { spearman } from '../../stats/index.js';
import { crossValidate, foldsOf, type OutOfFold } from '../regressors/cross-validate.js';
import type { FittedEnsemble } from '../regressors/ensemble.js';
import type { FitOptions, FittedRegressor, Matrix, Regressor } from '../regressors/regressor.js';

export interface Judgement {
  /** Rank correlation of predicted and actual, in [−1, 1]; null where either of them does not vary. */
  spearman: number | null;
  /** Root mean square error, in the target's unit. */
  rmse: number;
}

export function judge(predicted: Float64Array, actual: Float64Array): Judgement {
  const rank = spearman(predicted, actual);
  const squares = actual.reduce((sum, y, i) => sum + (y - predicted[i]!) ** 2, 0);
  return { spearman: Number.isNaN(rank) ? null : rank, rmse: Math.sqrt(squares / actual.length) };
}

export interface CrossJudgeOptions extends FitOptions {
  /** At most one a row; default 5. */
  folds?: number;
}

/**
 * Predictions of the training rows by fits that have not seen them; undefined for fewer than two rows. An ensemble has
 * made them while choosing its weights, each fold with those of the others.
 *
 * @param whole the fit to all rows
 */
export function predictByFolds(
  regressor: Regressor,
  whole: FittedRegressor,
  rows: Matrix,
  targets: Float64Array,
  { folds = 5, ...options }: CrossJudgeOptions,
): OutOfFold | undefined {
  if (rows.rows < 2) return undefined;
  const known = (whole as Partial<FittedEnsemble>).outOfFold;
  if (known !== undefined) return known;
  const fold = foldsOf(rows, targets, Math.min(folds, rows.rows), options.random.split('folds'));
  return crossValidate(regressor, whole, rows, targets, fold, options);
}

/** The judgement of these predictions. */
export function judgeByFolds(...fitting: Parameters<typeof predictByFolds>): Judgement | undefined {
  const unseen = predictByFolds(...fitting);
  return unseen && judge(unseen.mean, fitting[3]);
}
