/** What mixtures cost at one place of a schedule, and the draw among them. */
import type { Random } from '../../random.js';
import { divergence, type Problem, proposeSampled } from '../proposers/index.js';
import type { Matrix } from '../regressors/regressor.js';
import { type ScheduleRules, usedBy } from './options.js';
import type { Relaxed, StageLimits } from './stage-limits.js';
import { advance, type StageModel, stagesOf } from './stage-model.js';

/** Where a training is: at the begin of a stage. */
export interface TrainingState {
  stage: number;
  /** [metrics] Observed, or predicted for a schedule made before the training. */
  losses: Float64Array;
  /** [stages before][domains] */
  past: readonly Float64Array[];
}

/** From the state's stage on: one stage, or with the horizon `plan` all that are left. */
export interface Choice {
  mixtures: Float64Array[];
  relaxed: Relaxed[];
}

/** [rows] Costs of mixtures at one place of a schedule. */
export type CostsOf = (mixtures: Matrix) => Float64Array;

/** [rows] Objective at the end of training, from losses at the begin of a stage. */
export function rolledOut(
  model: StageModel,
  rules: ScheduleRules,
  from: number,
  before: Matrix,
  mixturesAt: (stage: number) => Matrix,
): Float64Array {
  let losses = before;
  for (let stage = from; stage < stagesOf(model); stage++) {
    const wanted = stage === stagesOf(model) - 1 ? rules.wanted : undefined;
    losses = advance(model, stage, mixturesAt(stage), losses, wanted);
  }
  return objectiveOf(rules, losses);
}

/** [rows] */
export function objectiveOf(
  { weights, wanted }: ScheduleRules,
  { rows, columns, values }: Matrix,
): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) =>
    wanted.reduce((sum, metric) => sum + weights[metric]! * values[row * columns + metric]!, 0),
  );
}

/** [domains] What is left of each domain for a stretch of training, as a share of the stretch's tokens. */
export function leftFor(
  model: StageModel,
  { supply }: ScheduleRules,
  { past }: TrainingState,
  length: number,
  reserved?: Float64Array,
): Float64Array {
  const used = usedBy(model, 0, past);
  return supply.map((share, i) => Math.max(0, share - used[i]! - (reserved?.[i] ?? 0)) / length);
}

/** The mean of the draws that cost least. */
export function draw(
  rules: ScheduleRules,
  { limits, relaxed }: StageLimits,
  random: Random,
  neighbours: readonly Float64Array[],
  costs: CostsOf,
): Choice {
  const cost = { terms: 1, termsAt: penalised(rules, neighbours, costs) };
  const problem: Problem = { cost, limits, divergencePenalty: 0 };
  return { mixtures: [proposeSampled(problem, random, rules).mixture], relaxed };
}

/** Costs with those of the change to the stages before and after. */
function penalised(
  { changePenalty, prior }: ScheduleRules,
  neighbours: readonly Float64Array[],
  costs: CostsOf,
): CostsOf {
  if (changePenalty === 0 || neighbours.length === 0) return costs;
  return (mixtures) =>
    costs(mixtures).map((cost, row) => {
      const mixture = mixtures.values.subarray(row * mixtures.columns, (row + 1) * mixtures.columns);
      return cost + changePenalty * neighbours.reduce((sum, other) => sum + change(mixture, other, prior), 0);
    });
}

/** KL(mixture ‖ other) in nats. A trace of the prior lets a domain come back that the other leaves out. */
export function change(mixture: Float64Array, other: Float64Array, prior: Float64Array): number {
  return divergence(
    mixture,
    other.map((share, i) => 0.999 * share + 0.001 * prior[i]!),
  );
}
