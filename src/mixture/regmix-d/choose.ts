/** The choice of a stage's mixture: many are drawn, and the mean of those that the model likes best is taken. */
import type { Random } from '../../random.js';
import { divergence, type Problem, proposeSampled } from '../proposers/index.js';
import type { Matrix } from '../regressors/regressor.js';
import { type ScheduleRules, usedBy } from './options.js';
import { type Relaxed, type StageLimits, stageLimits } from './stage-limits.js';
import { advance, advanceOne, lengthOf, type StageModel, stagesOf } from './stage-model.js';
import { repeated } from './stages.js';

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

/** Costs of mixtures at one place of a schedule. */
type CostsOf = (mixtures: Matrix) => Float64Array;

export function choose(
  model: StageModel,
  rules: ScheduleRules,
  state: TrainingState,
  random: Random,
): Choice {
  const { horizon } = rules;
  const first =
    horizon === 'stage' ? oneStage(model, rules, state, random) : held(model, rules, state, random);
  return horizon === 'plan' ? planned(model, rules, state, first, random) : first;
}

/** The stage by itself may use up what is left of a domain. */
function oneStage(model: StageModel, rules: ScheduleRules, state: TrainingState, random: Random): Choice {
  const { stage, losses } = state;
  const limits = stageLimits(rules, left(model, rules, state, lengthOf(model, stage)), state.past.slice(-1));
  return draw(rules, limits, random, state.past.slice(-1), (mixtures) =>
    objectiveOf(rules, advance(model, stage, mixtures, repeated(losses, mixtures.rows), rules.wanted)),
  );
}

/** A mixture that is kept to the end must last until then. */
function held(model: StageModel, rules: ScheduleRules, state: TrainingState, random: Random): Choice {
  const { stage, losses } = state;
  const available = left(model, rules, state, 1 - model.boundaries[stage]!);
  const limits = stageLimits(rules, available, state.past.slice(-1));
  return draw(rules, limits, random, state.past.slice(-1), (mixtures) =>
    rolledOut(model, rules, stage, repeated(losses, mixtures.rows), () => mixtures),
  );
}

/**
 * Starts with one mixture held to the end, and then goes over the stages, changing one at a time where that lowers the
 * predicted loss at the end of training: a search that can end in a plan that is only the best near by.
 */
function planned(
  model: StageModel,
  rules: ScheduleRules,
  state: TrainingState,
  { mixtures: [constant], relaxed }: Choice,
  random: Random,
): Choice {
  const count = stagesOf(model) - state.stage;
  const plan = Array<Float64Array>(count).fill(constant!);
  for (let sweep = 0; sweep < rules.sweeps; sweep++) {
    let losses = state.losses;
    for (let ahead = 0; ahead < count; ahead++) {
      const stage = state.stage + ahead;
      if (ahead > 0) losses = advanceOne(model, stage - 1, plan[ahead - 1]!, losses);
      const start = losses;
      const before = ahead === 0 ? state.past.slice(-1) : [plan[ahead - 1]!];
      const neighbours = [...before, ...plan.slice(ahead + 1, ahead + 2)];
      const others = plan.map((mixture, i) => (i === ahead ? new Float64Array(mixture.length) : mixture));
      const used = usedBy(model, state.stage, others);
      const available = left(model, rules, state, lengthOf(model, stage), used);
      const limits = stageLimits(rules, available, neighbours);
      // The plan keeps to the limits as it is: a change that would pass over one is none.
      if (limits.relaxed.length > relaxed.length) continue;
      const costs: CostsOf = (mixtures) =>
        rolledOut(model, rules, stage, repeated(start, mixtures.rows), (at) =>
          at === stage ? mixtures : repeated(plan[at - state.stage]!, mixtures.rows),
        );
      const [mixture] = draw(rules, limits, random.split('sweep', sweep, ahead), neighbours, costs).mixtures;
      const [now, then] = [plan[ahead]!, mixture!].map(
        (one) => penalised(rules, neighbours, costs)(repeated(one, 1))[0]!,
      );
      if (then! < now!) plan[ahead] = mixture!;
    }
  }
  return { mixtures: plan, relaxed };
}

/** [rows] Objective at the end of training, from losses at the begin of a stage. */
function rolledOut(
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
function objectiveOf({ weights, wanted }: ScheduleRules, { rows, columns, values }: Matrix): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) =>
    wanted.reduce((sum, metric) => sum + weights[metric]! * values[row * columns + metric]!, 0),
  );
}

/** [domains] What is left of each domain for a stretch of training, as a share of the stretch's tokens. */
function left(
  model: StageModel,
  { supply }: ScheduleRules,
  { past }: TrainingState,
  length: number,
  reserved?: Float64Array,
): Float64Array {
  const used = usedBy(model, 0, past);
  return supply.map((share, i) => Math.max(0, share - used[i]! - (reserved?.[i] ?? 0)) / length);
}

function draw(
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
  // A trace of the prior lets a domain come back that a stage has left out.
  const open = neighbours.map((mixture) => mixture.map((share, i) => 0.999 * share + 0.001 * prior[i]!));
  return (mixtures) =>
    costs(mixtures).map((cost, row) => {
      const mixture = mixtures.values.subarray(row * mixtures.columns, (row + 1) * mixtures.columns);
      return cost + changePenalty * open.reduce((sum, other) => sum + divergence(mixture, other), 0);
    });
}
