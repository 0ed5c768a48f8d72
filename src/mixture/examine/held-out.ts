/** Runs that a fit has not seen: what it says of them, and what they did. */
import { normalQuantile } from '../../stats/index.js';
import { judge } from '../fit/judge.js';
import type { MixtureRuns } from '../fit/mixture-runs.js';
import { type OutOfFold, predictUnseen } from '../regressors/cross-validate.js';
import type { FittedRegressor, Matrix } from '../regressors/regressor.js';

/** Plain JSON. */
export interface HeldOut {
  /** `test`: runs that were given to be judged on. `folds`: the training runs, each by a fit to the other folds. */
  source: 'test' | 'folds';
  /** [runs] */
  runs: string[];
  actual: number[];
  predicted: number[];
  /** [runs] Of a new run around its prediction, in the unit of the target; only where the fit knows it. */
  standardError?: number[];
  /** Null where the predictions or the runs are all the same. */
  spearman: number | null;
  rmse: number;
  /** Share of the runs within the 95 % interval of their prediction. */
  coverage?: number;
}

/** What held-out runs are predicted by, and where they are. */
export interface HeldOutFit {
  heldOut: HeldOut;
  /** [runs, domains] */
  mixtures: Matrix;
  /** Predictions of other rows in the place of these. */
  predict: (rows: Matrix) => Float64Array;
}

/** The training runs by folds. */
export function heldOutByFolds(
  { index, mixtures }: MixtureRuns,
  actual: Float64Array,
  unseen: OutOfFold,
): HeldOutFit {
  const heldOut = compared('folds', index, actual, unseen.mean, unseen.standardError);
  return { heldOut, mixtures, predict: (rows) => predictUnseen(unseen, rows) };
}

export function heldOutTest(
  { index, mixtures }: MixtureRuns,
  actual: Float64Array,
  fit: FittedRegressor,
): HeldOutFit {
  const known = fit.predictWithError?.(mixtures);
  const mean = known?.mean ?? fit.predict(mixtures);
  const heldOut = compared('test', index, actual, mean, known?.standardError);
  return { heldOut, mixtures, predict: (rows) => fit.predict(rows) };
}

function compared(
  source: HeldOut['source'],
  runs: string[],
  actual: Float64Array,
  predicted: Float64Array,
  standardError?: Float64Array,
): HeldOut {
  const half = normalQuantile(0.975);
  const within = standardError?.filter((error, i) => Math.abs(actual[i]! - predicted[i]!) <= half * error);
  return {
    source,
    runs,
    actual: [...actual],
    predicted: [...predicted],
    ...judge(predicted, actual),
    ...(standardError && {
      standardError: [...standardError],
      coverage: within!.length / standardError.length,
    }),
  };
}
