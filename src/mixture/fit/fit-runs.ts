/** Fits a regressor to every loss of a set of runs, and judges it on runs that it has not seen. */
import { AssayError } from '../../errors.js';
import type { Random } from '../../random.js';
import type { OutOfFold } from '../regressors/cross-validate.js';
import { type RegressorName, regressors } from '../regressors/named.js';
import type { FittedRegressor } from '../regressors/regressor.js';
import { judge, predictByFolds } from './judge.js';
import type { MixtureRuns } from './mixture-runs.js';

/** null: there is nothing to tell it from, such as a test set without this loss. */
export interface MetricFit {
  /** Column of the losses. */
  name: string;
  /** By cross-validation on the training runs. */
  cvSpearman: number | null;
  /** In the unit of the loss. */
  cvRmse: number | null;
  /** On the test runs, which nothing has been chosen by. */
  testSpearman: number | null;
  testRmse: number | null;
}

export interface RunsFit {
  regressor: RegressorName;
  metrics: MetricFit[];
  /** [metrics] Fits to all training runs. */
  fits: FittedRegressor[];
  /** [metrics] The training runs predicted by folds; undefined for a single run. */
  unseen: (OutOfFold | undefined)[];
}

export interface FitRunsOptions {
  regressor: RegressorName;
  random: Random;
  /**
   * Runs to be judged on, with the domains of `runs` in the same order and at least one of its losses. They may come from
   * models of another size: the rank correlation then says whether the ranking carries over, and the error includes the
   * difference of the sizes.
   */
  test?: MixtureRuns;
  /** Called after each loss with the number of those done. */
  onMetric?: (done: number, of: number) => void;
}

/** @throws AssayError where the test runs have none of the losses */
export function fitRuns(runs: MixtureRuns, { regressor, random, test, onMetric }: FitRunsOptions): RunsFit {
  if (test !== undefined && !test.metrics.some((name) => runs.metrics.includes(name)))
    throw new AssayError('test losses', 'none of their columns was fitted', {
      expected: `one of ${runs.metrics.slice(0, 3).join(', ')}${runs.metrics.length > 3 ? ', …' : ''}`,
      got: test.metrics.slice(0, 3).join(', '),
      fix: 'Name the same loss the same in both files.',
    });
  const fits: FittedRegressor[] = [];
  const unseen: (OutOfFold | undefined)[] = [];
  const metrics = runs.metrics.map((name, metric): MetricFit => {
    const targets = runs.losses[metric]!;
    const options = { random: random.split(name) };
    const fit = regressors[regressor].fit(runs.mixtures, targets, options);
    const byFolds = predictByFolds(regressors[regressor], fit, runs.mixtures, targets, options);
    const folds = byFolds && judge(byFolds.mean, targets);
    const losses = test?.losses[test.metrics.indexOf(name)];
    const tested = losses && judge(fit.predict(test!.mixtures), losses);
    fits.push(fit);
    unseen.push(byFolds);
    onMetric?.(fits.length, runs.metrics.length);
    return {
      name,
      cvSpearman: folds?.spearman ?? null,
      cvRmse: folds?.rmse ?? null,
      testSpearman: tested?.spearman ?? null,
      testRmse: tested?.rmse ?? null,
    };
  });
  return { regressor, metrics, fits, unseen };
}
