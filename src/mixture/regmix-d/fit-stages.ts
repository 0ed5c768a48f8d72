/** RegMix-D's regressors: the losses after a stage from its mixture and the losses before it. */
import type { Random } from '../../random.js';
import { crossValidate, foldsOf } from '../regressors/cross-validate.js';
import type { FittedRegressor, Matrix, Regressor } from '../regressors/regressor.js';
import { featuresOf, type Predicts, type StageModel } from './stage-model.js';
import { type Boundaries, columnOf, type StageRows, stack, stageRows } from './stages.js';
import { checkTrajectories, type Trajectories } from './trajectories.js';

export interface FitStagesOptions {
  boundaries: Boundaries;
  regressor: Regressor;
  /**
   * One fit for all stages, with the share of the training done as a feature, as in the paper. Default false: a fit for
   * each stage, which has fewer rows and need not learn when a loss falls how fast.
   */
  pooled?: boolean;
  /** Default `loss`, as the paper: under a Gaussian process it led to better schedules in the simulated world. */
  predicts?: Predicts;
  /** Folds of runs by which residuals are told, and so errors of predictions; 0 for none. Default 5. */
  folds?: number;
  random: Random;
  /** Called after each fit with the number of those done. */
  onFit?: (done: number, of: number) => void;
}

/**
 * Rows of one run stay in one fold. Proxies that keep one mixture leave the mixture and the losses that it has led to
 * hard to tell apart, and what a stage's mixture does by itself is then poorly known: proxies that change their mixture
 * between stages say more (docs/steering.md has figures).
 *
 * @throws AssayError for trajectories that do not cover their runs
 */
export function fitStages(trajectories: Trajectories, options: FitStagesOptions): StageModel {
  checkTrajectories(trajectories);
  const { boundaries, regressor, pooled = false, predicts = 'loss', random, onFit } = options;
  const { domains, metrics, runs } = trajectories;
  const folds = Math.min(options.folds ?? 5, runs.length);
  const stages = stageRows(trajectories, boundaries);
  const shape = { pooled, boundaries };
  const rows = stages.map(({ features }, stage) => featuresOf(features, shape, stage));
  const targets = stages.map((stage) => targetsOf(stage, predicts));
  const runFold = folds > 1 ? foldsOf(rows[0]!, targets[0]![0]!, folds, random.split('folds')) : undefined;

  const groups = pooled ? [stages.map((_, stage) => stage)] : stages.map((_, stage) => [stage]);
  const residuals = stages.map(() => new Float64Array(runs.length * metrics.length));
  let done = 0;
  const fits = groups.map((group, index) => {
    const groupRows = joined(group.map((stage) => rows[stage]!));
    const fold = runFold && group.flatMap(() => runFold);
    return metrics.map((metric, m) => {
      const target = Float64Array.from(group.flatMap((stage) => [...targets[stage]![m]!]));
      const fitting = { random: random.split(index, metric) };
      const fit = regressor.fit(groupRows, target, fitting);
      if (fold !== undefined) {
        const { mean } = crossValidate(regressor, fit, groupRows, target, fold, fitting);
        mean.forEach((predicted, row) => {
          const stage = group[Math.floor(row / runs.length)]!;
          residuals[stage]![(row % runs.length) * metrics.length + m] = target[row]! - predicted;
        });
      }
      onFit?.(++done, groups.length * metrics.length);
      return fit;
    });
  });
  return {
    domains,
    metrics,
    boundaries,
    predicts,
    pooled,
    start: meanRow(stages[0]!.before),
    ...trainedShares(stages, domains.length),
    ...(runFold && {
      residuals: residuals.map((values) => ({ rows: runs.length, columns: metrics.length, values })),
    }),
    fitsOf: (stage): readonly FittedRegressor[] => fits[pooled ? 0 : stage]!,
  };
}

/** [metrics][runs] */
function targetsOf({ before, after }: StageRows, predicts: Predicts): Float64Array[] {
  return Array.from({ length: after.columns }, (_, metric) => {
    const losses = columnOf(after, metric);
    const earlier = columnOf(before, metric);
    return predicts === 'loss' ? losses : losses.map((loss, run) => loss - earlier[run]!);
  });
}

function joined(parts: readonly Matrix[]): Matrix {
  const [{ columns }] = parts as [Matrix];
  return stack(
    parts.flatMap(({ rows, values }) =>
      Array.from({ length: rows }, (_, row) => values.subarray(row * columns, (row + 1) * columns)),
    ),
    columns,
  );
}

function meanRow(matrix: Matrix): Float64Array {
  return Float64Array.from(
    { length: matrix.columns },
    (_, column) => columnOf(matrix, column).reduce((sum, value) => sum + value, 0) / matrix.rows,
  );
}

function trainedShares(stages: readonly StageRows[], domains: number) {
  const least = new Float64Array(domains).fill(1);
  const most = new Float64Array(domains);
  for (const { features } of stages)
    for (let domain = 0; domain < domains; domain++)
      for (const share of columnOf(features, domain)) {
        least[domain] = Math.min(least[domain]!, share);
        most[domain] = Math.max(most[domain]!, share);
      }
  return { least, most };
}
