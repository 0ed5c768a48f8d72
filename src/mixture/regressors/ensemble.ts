/**
 * `auto`: the convex mean of several regressors that predicts unseen rows best, by cross-validation on the training rows.
 *
 * A mean of regressors that err in different places is closer than the best of them, and weights of at least 0 that add
 * up to 1 keep it between them, where free weights would fit the noise of the folds.
 */
import { checkRows, checkTraining, checkWriter } from './check.js';
import { convexWeights } from './convex-weights.js';
import { crossValidate, foldsOf, type OutOfFold } from './cross-validate.js';
import { gbdt } from './gbdt.js';
import { gpWith } from './gp.js';
import { linear } from './linear.js';
import { loglinear } from './loglinear.js';
import type { FitOptions, FittedJson, FittedRegressor, Matrix, Regressor } from './regressor.js';

export interface Member {
  /** Names the member in the fit: two may be of the same regressor. */
  name: string;
  regressor: Regressor;
}

export interface FittedMember {
  name: string;
  weight: number;
  fit: FittedRegressor;
}

export interface FittedEnsemble extends FittedRegressor {
  readonly members: readonly FittedMember[];
  /** Of the training rows, by members that have not seen them, with weights chosen on the other folds. Not kept in JSON. */
  readonly outOfFold?: OutOfFold;
}

export interface EnsembleRegressor extends Regressor {
  fit(rows: Matrix, targets: Float64Array, options: FitOptions): FittedEnsemble;
  restore(json: FittedJson): FittedEnsemble;
}

/** Members of `auto`. Two Gaussian processes, since distances in logarithms and in square roots err differently. */
const usualMembers: readonly Member[] = [
  { name: 'gp over logarithms', regressor: gpWith({ input: 'log' }) },
  { name: 'gp over square roots', regressor: gpWith({ input: 'sqrt' }) },
  { name: 'gbdt', regressor: gbdt },
  { name: 'loglinear', regressor: loglinear },
  { name: 'linear', regressor: linear },
];

const foldCount = 5;

/**
 * The error of a prediction is that of the first member that knows one, times how much larger the errors of the mean were
 * on unseen rows than this member said.
 *
 * @example ensembleOf([{ name: 'linear', regressor: linear }, { name: 'gbdt', regressor: gbdt }])
 */
export function ensembleOf(members: readonly Member[]): EnsembleRegressor {
  return {
    name: 'auto',
    fit(rows, targets, { random, noise }) {
      checkTraining('auto', rows, targets, noise);
      const options = (name: string) => ({ random: random.split(name), ...(noise && { noise }) });
      const fits = members.map(({ name, regressor }) => regressor.fit(rows, targets, options(name)));
      const fold = foldsOf(rows, targets, Math.min(foldCount, rows.rows), random.split('folds'));
      // With a row or two a fold, weights would be drawn by lot: the first member then.
      if (rows.rows < 2 * foldCount)
        return fitted(
          members.map(({ name }, m) => ({ name, weight: m === 0 ? 1 : 0, fit: fits[m]! })),
          1,
        );
      const unseen = members.map(({ name, regressor }, m) =>
        crossValidate(regressor, fits[m]!, rows, targets, fold, options(name)),
      );
      const weights = convexWeights(
        unseen.map(({ mean }) => mean),
        targets,
      );
      const outOfFold = crossFitted(members, unseen, targets);
      const stated = unseen.find(({ standardError }) => standardError !== undefined)?.standardError;
      const ratio = stated === undefined ? 1 : errorRatio(outOfFold.mean, targets, stated);
      const weighted = members.map(({ name }, m) => ({ name, weight: weights[m]!, fit: fits[m]! }));
      return fitted(weighted, ratio, outOfFold);
    },
    restore(json) {
      checkWriter('auto', json);
      const { fits, errorRatio: ratio } = json as unknown as {
        fits: { name: string; weight: number; fit: FittedJson }[];
        errorRatio: number;
      };
      const regressorOf = (name: string) => members.find((member) => member.name === name)!.regressor;
      return fitted(
        fits.map(({ name, weight, fit }) => ({ name, weight, fit: regressorOf(name).restore(fit) })),
        ratio,
      );
    },
  };
}

export const auto = ensembleOf(usualMembers);

/** Each fold by an ensemble of its own: weights, and what errors are multiplied by, are those that the other folds choose. */
function crossFitted(
  members: readonly Member[],
  unseen: readonly OutOfFold[],
  targets: Float64Array,
): OutOfFold {
  const { fold } = unseen[0]!;
  const folds = [...Array(foldCount).keys()];
  const others = (values: Float64Array, k: number) => values.filter((_, i) => fold[i] !== k);
  const weighted = folds.map((k) => {
    const weights = convexWeights(
      unseen.map(({ mean }) => others(mean, k)),
      others(targets, k),
    );
    return members.map(({ name }, m) => ({ name, weight: weights[m]!, fit: unseen[m]!.fits[k]! }));
  });
  const mean = new Float64Array(targets.length);
  for (const [i, k] of fold.entries())
    weighted[k]!.forEach(({ weight }, m) => {
      mean[i]! += weight * unseen[m]!.mean[i]!;
    });
  const stated = unseen.find(({ standardError }) => standardError !== undefined)?.standardError;
  if (stated === undefined) return { fold, fits: weighted.map((its) => fitted(its, 1)), mean };
  const ratios = folds.map((k) => errorRatio(others(mean, k), others(targets, k), others(stated, k)));
  return {
    fold,
    fits: weighted.map((its, k) => fitted(its, ratios[k]!)),
    mean,
    standardError: stated.map((error, i) => error * ratios[fold[i]!]!),
  };
}

/** Root mean square of the errors over those that were stated; 1 where none was stated above 0. */
function errorRatio(predicted: Float64Array, targets: Float64Array, stated: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < targets.length; i++)
    sum += stated[i]! > 0 ? ((predicted[i]! - targets[i]!) / stated[i]!) ** 2 : 1;
  return Math.sqrt(sum / targets.length);
}

function fitted(members: FittedMember[], ratio: number, outOfFold?: OutOfFold): FittedEnsemble {
  const features = members[0]!.fit.features;
  const withError = members.find(({ fit }) => fit.predictWithError !== undefined)?.fit;
  const weightedMean = (rows: Matrix, of: (fit: FittedRegressor) => Float64Array) => {
    checkRows('auto', rows, features);
    const out = new Float64Array(rows.rows);
    for (const { weight, fit } of members)
      if (weight > 0)
        of(fit).forEach((value, i) => {
          out[i]! += weight * value;
        });
    return out;
  };
  const predict = (rows: Matrix) => weightedMean(rows, (fit) => fit.predict(rows));
  return {
    features,
    members,
    ...(outOfFold && { outOfFold }),
    predict,
    ...(withError && {
      predictWithError: (rows: Matrix) => ({
        mean: predict(rows),
        standardError: withError.predictWithError!(rows).standardError.map((error) => ratio * error),
      }),
    }),
    importance: () => weightedImportance(members),
    toJson: () => ({
      regressor: 'auto',
      errorRatio: ratio,
      fits: members.map(({ name, weight, fit }) => ({ name, weight, fit: fit.toJson() })),
    }),
  };
}

/** [features] Weighted mean of what the members say; each of them knows its own. */
function weightedImportance(members: readonly FittedMember[]): Float64Array {
  const out = new Float64Array(members[0]!.fit.features);
  for (const { weight, fit } of members)
    fit.importance?.().forEach((share, j) => {
      out[j]! += weight * share;
    });
  const total = out.reduce((sum, share) => sum + share, 0);
  return total > 0 ? out.map((share) => share / total) : out;
}
