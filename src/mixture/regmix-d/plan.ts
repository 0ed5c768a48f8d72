/** The horizon `plan`: mixtures of all stages that are left, chosen together. */
import type { Random } from '../../random.js';
import { type Choice, type CostsOf, change, draw, leftFor, rolledOut, type TrainingState } from './costs.js';
import { type ScheduleRules, usedBy } from './options.js';
import { stageLimits } from './stage-limits.js';
import { advanceOne, type StageModel, stagesOf } from './stage-model.js';
import { repeated } from './stages.js';

/** Stages that one move gives the same mixture, as indices of the plan. */
interface Move {
  from: number;
  to: number;
}

/**
 * Starts with one mixture held to the end, and goes over the stages: each by itself, and each together with all after
 * it, gets another mixture where that lowers the cost of the whole plan. Ends when a sweep changes nothing. What it
 * finds may be best only near by.
 *
 * @param constant the mixture to start with
 */
export function planned(
  model: StageModel,
  rules: ScheduleRules,
  state: TrainingState,
  { mixtures: [constant], relaxed }: Choice,
  random: Random,
): Choice {
  const count = stagesOf(model) - state.stage;
  const moves = Array.from({ length: count }, (_, at): Move[] => [
    { from: at, to: at },
    { from: at, to: count - 1 },
  ]).flat();
  let plan = Array<Float64Array>(count).fill(constant!);
  let cost = costOf(model, rules, state, plan);
  for (let sweep = 0; sweep < rules.sweeps; sweep++) {
    const before = cost;
    for (const [at, move] of moves.entries()) {
      const mixture = mixtureFor(model, rules, state, plan, move, relaxed.length, random.split(sweep, at));
      if (mixture === undefined) continue;
      const changed = plan.map((one, i) => (i >= move.from && i <= move.to ? mixture : one));
      const then = costOf(model, rules, state, changed);
      if (then < cost) [plan, cost] = [changed, then];
    }
    if (!(cost < before - worthwhile)) break;
  }
  return { mixtures: plan, relaxed };
}

/** In the unit of the loss: a sweep that gains less is the last. */
const worthwhile = 1e-3;

/** Undefined where the plan's limits leave no other mixture: a move that would pass over one is none. */
function mixtureFor(
  model: StageModel,
  rules: ScheduleRules,
  state: TrainingState,
  plan: readonly Float64Array[],
  { from, to }: Move,
  relaxed: number,
  random: Random,
): Float64Array | undefined {
  const isMoved = (at: number) => at >= from && at <= to;
  const neighbours = [
    ...(from === 0 ? state.past.slice(-1) : [plan[from - 1]!]),
    ...plan.slice(to + 1, to + 2),
  ];
  const others = plan.map((mixture, at) => (isMoved(at) ? new Float64Array(mixture.length) : mixture));
  const length = model.boundaries[state.stage + to + 1]! - model.boundaries[state.stage + from]!;
  const available = leftFor(model, rules, state, length, usedBy(model, state.stage, others));
  const limits = stageLimits(rules, available, neighbours);
  if (limits.relaxed.length > relaxed) return undefined;
  const losses = plan
    .slice(0, from)
    .reduce((reached, mixture, at) => advanceOne(model, state.stage + at, mixture, reached), state.losses);
  const costs: CostsOf = (mixtures) =>
    rolledOut(model, rules, state.stage + from, repeated(losses, mixtures.rows), (stage) => {
      const at = stage - state.stage;
      return isMoved(at) ? mixtures : repeated(plan[at]!, mixtures.rows);
    });
  return draw(rules, limits, random, neighbours, costs).mixtures[0];
}

/** Of a whole plan: the objective at the end, and what its changes cost. */
function costOf(
  model: StageModel,
  rules: ScheduleRules,
  { stage: first, losses, past }: TrainingState,
  plan: readonly Float64Array[],
): number {
  const [end] = rolledOut(model, rules, first, repeated(losses, 1), (stage) =>
    repeated(plan[stage - first]!, 1),
  );
  const all = [...past.slice(-1), ...plan];
  const changes = all.slice(1).reduce((sum, mixture, i) => sum + change(mixture, all[i]!, rules.prior), 0);
  return end! + (rules.changePenalty === 0 ? 0 : rules.changePenalty * changes);
}
