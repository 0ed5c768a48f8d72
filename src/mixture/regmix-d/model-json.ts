/** A stage model as JSON: its shape, and apart from it the fits of each stage, which can be large. */
import { type RegressorName, regressors } from '../regressors/named.js';
import type { FittedJson, FittedRegressor } from '../regressors/regressor.js';
import type { Predicts, StageModel } from './stage-model.js';
import { stagesOf } from './stage-model.js';

export interface StageModelJson {
  domains: string[];
  metrics: string[];
  boundaries: number[];
  predicts: Predicts;
  pooled: boolean;
  start: number[];
  least: number[];
  most: number[];
  /** [stages][runs · metrics] */
  residuals?: number[][];
}

/** [groups][metrics] Fits of each stage; one group for a pooled model. */
export type StageFitsJson = FittedJson[][];

export function modelToJson(model: StageModel): { shape: StageModelJson; fits: StageFitsJson } {
  const { residuals, fitsOf, domains, metrics, boundaries, predicts, pooled } = model;
  const groups = pooled ? 1 : stagesOf(model);
  return {
    shape: {
      domains: [...domains],
      metrics: [...metrics],
      boundaries: [...boundaries],
      predicts,
      pooled,
      start: [...model.start],
      least: [...model.least],
      most: [...model.most],
      ...(residuals && { residuals: residuals.map(({ values }) => [...values]) }),
    },
    fits: Array.from({ length: groups }, (_, group) => fitsOf(group).map((fit) => fit.toJson())),
  };
}

/**
 * The same model: it predicts the same bits.
 *
 * @param load fits of a group, which is asked for once, when the group is first needed
 */
export function modelFromJson(shape: StageModelJson, load: (group: number) => FittedJson[]): StageModel {
  const { residuals, start, least, most, metrics, pooled, ...rest } = shape;
  const groups = new Map<number, FittedRegressor[]>();
  return {
    ...rest,
    metrics,
    pooled,
    start: Float64Array.from(start),
    least: Float64Array.from(least),
    most: Float64Array.from(most),
    ...(residuals && {
      residuals: residuals.map((values) => ({
        rows: values.length / metrics.length,
        columns: metrics.length,
        values: Float64Array.from(values),
      })),
    }),
    fitsOf(stage) {
      const group = pooled ? 0 : stage;
      const fits =
        groups.get(group) ??
        load(group).map((json) => regressors[json.regressor as RegressorName].restore(json));
      groups.set(group, fits);
      return fits;
    },
  };
}
