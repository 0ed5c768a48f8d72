/** How losses move over a stage of training, as fits to proxies say: what plans are made with. */
import type { FittedRegressor, Matrix } from '../regressors/regressor.js';
import type { Boundaries } from './stages.js';
import { beside, columnOf, repeated } from './stages.js';

/** What is predicted: the loss after a stage, as the paper, or how far the loss falls in it. */
export type Predicts = 'loss' | 'change';

export interface StageModel {
  readonly domains: readonly string[];
  readonly metrics: readonly string[];
  readonly boundaries: Boundaries;
  readonly predicts: Predicts;
  /** [metrics] Losses before the first step, the mean of the runs. */
  readonly start: Float64Array;
  /** [domains] Least and largest share that any run was trained on in any stage: beyond them, a fit is a guess. */
  readonly least: Float64Array;
  readonly most: Float64Array;
  /**
   * [stages] each [runs, metrics]: what the losses after a stage were above their prediction, by fits that have not seen
   * the run (undefined where that was not asked for).
   */
  readonly residuals?: readonly Matrix[];
  /** Whether one fit serves all stages, with the share of the training done as a further feature. */
  readonly pooled: boolean;
  /** [metrics] of a stage; the same for every stage of a pooled model. */
  fitsOf(stage: number): readonly FittedRegressor[];
}

export function stagesOf({ boundaries }: StageModel): number {
  return boundaries.length - 1;
}

/** Length of a stage as a share of the training. */
export function lengthOf({ boundaries }: StageModel, stage: number): number {
  return boundaries[stage + 1]! - boundaries[stage]!;
}

/**
 * [rows, metrics] Losses after a stage.
 *
 * @param mixtures [rows, domains] the stage's
 * @param before [rows, metrics] losses at its begin
 * @param wanted metrics to predict; the others are NaN. Default: all
 */
export function advance(
  model: StageModel,
  stage: number,
  mixtures: Matrix,
  before: Matrix,
  wanted: readonly number[] = [...model.metrics.keys()],
): Matrix {
  const features = featuresOf(beside(mixtures, before), model, stage);
  const fits = model.fitsOf(stage);
  const values = new Float64Array(before.values.length).fill(Number.NaN);
  for (const metric of wanted) {
    const predicted = fits[metric]!.predict(features);
    for (let row = 0; row < before.rows; row++) {
      const at = row * before.columns + metric;
      values[at] = predicted[row]! + (model.predicts === 'change' ? before.values[at]! : 0);
    }
  }
  return { rows: before.rows, columns: before.columns, values };
}

/** The rows of a stage as its fits read them. */
export function featuresOf(
  rows: Matrix,
  { pooled, boundaries }: Pick<StageModel, 'pooled' | 'boundaries'>,
  stage: number,
): Matrix {
  return pooled ? beside(rows, repeated(Float64Array.of(boundaries[stage]!), rows.rows)) : rows;
}

/** [metrics] As `advance`, of one mixture and one model's losses. */
export function advanceOne(
  model: StageModel,
  stage: number,
  mixture: Float64Array,
  before: Float64Array,
): Float64Array {
  return advance(model, stage, repeated(mixture, 1), repeated(before, 1)).values;
}

/**
 * [stages from `stage`][metrics] Standard deviation of the losses after each stage of a plan. Each proxy stands for one
 * way in which predictions go wrong: its residuals are added stage after stage, so that errors that go together, over
 * losses and over stages, stay together, and early ones are carried on by the stages after them.
 *
 * @returns undefined for a model without residuals
 */
export function errorsAlong(
  model: StageModel,
  stage: number,
  plan: readonly Float64Array[],
  before: Float64Array,
): Float64Array[] | undefined {
  const { residuals } = model;
  if (residuals === undefined) return undefined;
  const runs = residuals[0]!.rows;
  let losses = repeated(before, runs);
  let mean = before;
  return plan.map((mixture, ahead) => {
    const predicted = advance(model, stage + ahead, repeated(mixture, runs), losses);
    const off = residuals[stage + ahead]!.values;
    losses = { ...predicted, values: predicted.values.map((loss, i) => loss + off[i]!) };
    mean = advanceOne(model, stage + ahead, mixture, mean);
    return mean.map((center, metric) =>
      Math.sqrt(columnOf(losses, metric).reduce((sum, loss) => sum + (loss - center) ** 2, 0) / runs),
    );
  });
}
