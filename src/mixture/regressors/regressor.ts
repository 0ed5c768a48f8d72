/** What every regressor of a mixture's losses is: rows of features in, one target a row, and a fit that predicts. */
import type { Random } from '../../random.js';

/** Row-major float64: the value of row i and column j is `values[i * columns + j]`. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** [rows, columns] */
  readonly values: Float64Array;
}

export interface FitOptions {
  /** Whatever a fit draws (folds, starting points) comes from here: the same generator gives the same fit. */
  random: Random;
  /** [rows] Known standard deviation of each target, in the target's unit; default: one unknown noise for all. */
  noise?: Float64Array;
}

export interface PredictionWithError {
  /** [rows] */
  mean: Float64Array;
  /** [rows] Standard deviation of a new observation around `mean`, noise of a run included, in the target's unit. */
  standardError: Float64Array;
}

/** A fit as plain JSON; `regressor` names who can restore it. */
export interface FittedJson {
  readonly regressor: string;
  readonly [field: string]: unknown;
}

export interface FittedRegressor {
  /** Columns that rows to predict must have. */
  readonly features: number;
  /**
   * [rows] Predicted targets, all finite.
   * @throws AssayError for another number of columns than were fitted, or a value that is not finite
   */
  predict(rows: Matrix): Float64Array;
  /** The same mean as `predict`, with its error; only where the regressor knows one. */
  predictWithError?(rows: Matrix): PredictionWithError;
  /** [features] Share of what was explained that each feature explains: at least 0, adding up to 1 (or all 0). */
  importance?(): Float64Array;
  /** Everything that predicting needs: `restore(JSON.parse(JSON.stringify(fit.toJson())))` predicts the same bits. */
  toJson(): FittedJson;
}

export interface Regressor {
  /** As on the command line: `gbdt`, `gp`, `loglinear`, `linear`. */
  readonly name: string;
  /**
   * @param rows [n, features], such as the domains' shares of n runs
   * @param targets [n], such as the final loss of one domain in nats per token
   * @throws AssayError for no rows, lengths that differ, and values that are not finite
   */
  fit(rows: Matrix, targets: Float64Array, options: FitOptions): FittedRegressor;
  /** @throws AssayError for JSON that another regressor wrote */
  restore(json: FittedJson): FittedRegressor;
}
