/** What is to be known of a fit before it is trusted: held-out runs, and what it makes of every domain. */
import type { Random } from '../../random.js';
import type { MixtureRuns } from '../fit/mixture-runs.js';
import type { FittedMetric } from '../proposers/index.js';
import type { OutOfFold } from '../regressors/cross-validate.js';
import { type Dependence, partialDependence } from './dependence.js';
import { type HeldOut, type HeldOutFit, heldOutByFolds, heldOutTest } from './held-out.js';
import { permutationImportance } from './importance.js';

/** A fit with the training runs predicted by folds, as `predictByFolds` and `fitRuns` give them. */
export interface ExaminedMetric extends FittedMetric {
  readonly unseen?: OutOfFold;
}

/** Plain JSON. */
export interface FitExamination {
  name: string;
  better: 'lower' | 'higher';
  /** Runs of the test set first, where it has this metric. None for a single run without a test set. */
  heldOut: HeldOut[];
  /** [domains] Permutation importance on the first of these, in the unit of the metric. */
  importance?: number[];
  /** [domains] */
  dependence: Dependence[];
}

/** @param test runs that nothing has been fitted or chosen by, with the domains of `runs` */
export function examineFit(
  runs: MixtureRuns,
  { name, better, fit, unseen }: ExaminedMetric,
  { random, test }: { random: Random; test?: MixtureRuns },
): FitExamination {
  const lossesOf = ({ metrics, losses }: MixtureRuns) => losses[metrics.indexOf(name)];
  const tested = test && lossesOf(test);
  const heldOut: HeldOutFit[] = [
    ...(tested === undefined ? [] : [heldOutTest(test!, tested, fit)]),
    ...(unseen === undefined ? [] : [heldOutByFolds(runs, lossesOf(runs)!, unseen)]),
  ];
  const [first] = heldOut;
  const importance =
    first &&
    permutationImportance(first.predict, first.mixtures, Float64Array.from(first.heldOut.actual), {
      random: random.split('importance', name),
    });
  return {
    name,
    better,
    heldOut: heldOut.map((each) => each.heldOut),
    ...(importance && { importance: [...importance] }),
    dependence: partialDependence(fit, runs.mixtures),
  };
}
