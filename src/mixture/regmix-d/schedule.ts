/** A schedule of mixtures for a whole training, made before it begins: RegMix-D's offline mode. */
import type { Random } from '../../random.js';
import { choose } from './choose.js';
import { type Horizon, rulesOf, type ScheduleOptions } from './options.js';
import type { Relaxed } from './stage-limits.js';
import { advanceOne, errorsAlong, lengthOf, type StageModel, stagesOf } from './stage-model.js';

/** Plain JSON; `assay export` reads its phases. */
export interface MixtureSchedule {
  objective: Record<string, number>;
  horizon: Horizon;
  /** Losses before the first step, the mean of the proxies. */
  start: Record<string, number>;
  phases: SchedulePhase[];
}

/** One stage. */
export interface SchedulePhase {
  /** Share of the training's tokens that it has; all add up to 1. */
  share: number;
  /** Shares of the training's tokens at which it begins and ends. */
  begin: number;
  end: number;
  /** Shares of its tokens by domain. */
  mixture: Record<string, number>;
  /** Losses at its end. */
  predicted: Record<string, PredictedLoss>;
  /** Limits that the supply of data left no mixture within; absent: all were kept. */
  relaxed?: Relaxed[];
}

export interface PredictedLoss {
  lossNats: number;
  /** Standard deviation of what a proxy that was not fitted shows around its prediction; errors of earlier stages count. */
  standardError?: number;
}

/**
 * Every stage is chosen at the losses that the model predicts for its begin.
 *
 * @throws AssayError for options that the model does not allow
 */
export function scheduleOffline(
  model: StageModel,
  options: ScheduleOptions,
  random: Random,
): MixtureSchedule {
  const rules = rulesOf(model, options);
  const mixtures: Float64Array[] = [];
  const relaxed: Relaxed[][] = [];
  let losses = model.start;
  for (let stage = 0; stage < stagesOf(model); stage = mixtures.length) {
    const choice = choose(model, rules, { stage, losses, past: mixtures }, random.split('stage', stage));
    for (const mixture of choice.mixtures) {
      losses = advanceOne(model, mixtures.length, mixture, losses);
      mixtures.push(mixture);
      relaxed.push(choice.relaxed);
    }
  }
  return {
    objective: Object.fromEntries(options.objective),
    horizon: rules.horizon,
    start: named(model.metrics, model.start),
    phases: phasesOf(model, 0, mixtures, model.start).map((phase, i) => ({
      ...phase,
      ...(relaxed[i]!.length > 0 && { relaxed: relaxed[i]! }),
    })),
  };
}

/** What a model predicts of stages from losses at the begin of the first of them. */
export function phasesOf(
  model: StageModel,
  from: number,
  mixtures: readonly Float64Array[],
  before: Float64Array,
): SchedulePhase[] {
  const errors = errorsAlong(model, from, mixtures, before);
  let losses = before;
  return mixtures.map((mixture, ahead) => {
    const stage = from + ahead;
    losses = advanceOne(model, stage, mixture, losses);
    const predicted = model.metrics.map((metric, m): [string, PredictedLoss] => [
      metric,
      { lossNats: losses[m]!, ...(errors && { standardError: errors[ahead]![m]! }) },
    ]);
    return {
      share: lengthOf(model, stage),
      begin: model.boundaries[stage]!,
      end: model.boundaries[stage + 1]!,
      mixture: named(model.domains, mixture),
      predicted: Object.fromEntries(predicted),
    };
  });
}

export function named(names: readonly string[], values: Float64Array): Record<string, number> {
  return Object.fromEntries(names.map((name, i) => [name, values[i]!]));
}
