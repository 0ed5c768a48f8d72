/** The choice of a stage's mixture, at the losses that a training has reached. */
import type { Random } from '../../random.js';
import { type Choice, draw, leftFor, objectiveOf, rolledOut, type TrainingState } from './costs.js';
import type { ScheduleRules } from './options.js';
import { planned } from './plan.js';
import { stageLimits } from './stage-limits.js';
import { advance, lengthOf, type StageModel } from './stage-model.js';
import { repeated } from './stages.js';

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
  const limits = stageLimits(
    rules,
    leftFor(model, rules, state, lengthOf(model, stage)),
    state.past.slice(-1),
  );
  return draw(rules, limits, random, state.past.slice(-1), (mixtures) =>
    objectiveOf(rules, advance(model, stage, mixtures, repeated(losses, mixtures.rows), rules.wanted)),
  );
}

/** A mixture that is kept to the end must last until then. */
function held(model: StageModel, rules: ScheduleRules, state: TrainingState, random: Random): Choice {
  const { stage, losses } = state;
  const available = leftFor(model, rules, state, 1 - model.boundaries[stage]!);
  const limits = stageLimits(rules, available, state.past.slice(-1));
  return draw(rules, limits, random, state.past.slice(-1), (mixtures) =>
    rolledOut(model, rules, stage, repeated(losses, mixtures.rows), () => mixtures),
  );
}
