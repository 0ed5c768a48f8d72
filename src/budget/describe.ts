/** A choice in plain words: what it is, what it costs, and what it cannot resolve. */
import { count, duration, plural } from '../amounts.js';
import { AssayError, ExitCode } from '../errors.js';
import { modelName } from '../model-name.js';
import type { BudgetChoice, BudgetCost, BudgetSpec } from '../records.js';
import type { Stretch } from './path.js';
import { leastSteps } from './run-size.js';

type Described = Omit<BudgetChoice, 'reasons'>;

/** What a larger budget buys first: longer runs, up to so many tokens; or another stretch of the path; or nothing more. */
export type Beyond =
  | { kind: 'longer'; mostTokens: number }
  | { kind: 'next'; stretch: Stretch; cost: BudgetCost }
  | { kind: 'nothing' };

export function describeChoice(choice: Described, recipes: number, beyond: Beyond): string[] {
  const { budget, model, parameters, batch, context, seeds, steps, tokens, cost, noise } = choice;
  const sentences = [
    `For ${budget.text}: model ${modelName(model)} with ${count(parameters)} parameters, ${count(steps)} steps of ${batch} × ` +
      `${context} tokens, which is ${count(tokens)} tokens a run or ${twoDigits(tokens / parameters)} a parameter; ` +
      `${plural(recipes, 'recipe')} × ${plural(seeds, 'seed')} = ${count(recipes * seeds)} runs.`,
  ];
  if (budget.keeps.length > 0) sentences.push(`As the study says: ${budget.keeps.join(', ')}.`);
  sentences.push(costOf(cost));
  sentences.push(
    noise.resolvesNats === undefined
      ? 'With one seed nothing shows how much seeds matter: intervals will hold for this seed only.'
      : `By a rule of thumb, recipes that differ by less than ${twoDigits(noise.resolvesNats)} nats per token will be ties ` +
          `(seeds move a run by about ${twoDigits(noise.seedNats)}, the choice of validation documents a difference by ` +
          `about ${twoDigits(noise.documentNats)}).`,
  );
  if (seeds === 2) sentences.push('Two seeds only: the third is the first thing that a larger budget buys.');
  if (steps < leastSteps)
    sentences.push(
      `${count(steps)} steps are few: below ${leastSteps} a schedule has hardly room to rank anything.`,
    );
  sentences.push(beyondOf(beyond));
  sentences.push(
    'Whether the order of the recipes is the same for a larger model, no budget can say: a second proxy or a target measures it.',
  );
  return sentences;
}

function beyondOf(beyond: Beyond): string {
  switch (beyond.kind) {
    case 'longer':
      return `A larger budget buys longer runs first, up to ${count(beyond.mostTokens)} tokens.`;
    case 'next': {
      const { stretch, cost } = beyond;
      const tokens = stretch.leastSteps * stretch.batch * stretch.context;
      return (
        `A larger budget would next buy ${modelName(stretch.model)} with ${count(stretch.seeds)} seeds and ` +
        `${count(tokens)} tokens a run, for ${price(cost)}.`
      );
    }
    case 'nothing':
      return 'A larger budget would buy nothing more: the data and what the study says allow no larger runs.';
    default:
      return beyond satisfies never;
  }
}

/** The error for a budget that does not pay the least. @param least cost of the least */
export function tooSmall(study: string, budget: BudgetSpec, stretch: Stretch, least: BudgetCost): AssayError {
  const { seeds, leastSteps: steps, batch, context, model } = stretch;
  const spent = least.seconds === undefined ? 0 : least.seconds.spent;
  const done =
    spent >= 1 ? `, ${duration(spent)} of it for data and measurements, most of which is now done` : '';
  return new AssayError(`study "${study}"`, 'the budget is too small for a ranking', {
    expected:
      `at least ${price(roundedUp(least))} (${plural(seeds, 'seed')} of ${modelName(model)} with ` +
      `${count(steps * batch * context)} tokens a run${done})`,
    got: budget.text,
    fix: 'Raise the budget, or compare fewer recipes.',
    exitCode: ExitCode.study,
  });
}

function costOf({ flops, seconds, workers, rounds }: BudgetCost): string {
  if (seconds === undefined)
    return `${flops.toExponential(1)} FLOPs of model arithmetic, validation included.`;
  const { spent, rate, training, rest, total } = seconds;
  const parts = [
    ...(spent >= 1 ? [`${duration(spent)} for data and measurements so far`] : []),
    ...(rate > 0 ? [`${duration(rate)} to find the tiny rate`] : []),
    `${duration(training)} of training (${plural(rounds, 'round')} of ${workers} at once)`,
    `${duration(rest)} for run folders and the report`,
  ];
  return `About ${duration(total)} in all: ${parts.join(', ')}. Data that were measured before are not measured again.`;
}

const price = ({ seconds, flops }: BudgetCost): string =>
  seconds === undefined ? `${flops.toExponential(1)} FLOPs` : `about ${duration(seconds.total)}`;

const twoDigits = (value: number): string => String(Number(value.toPrecision(2)));

/** To two digits, so that what an error names as the least does suffice. */
function roundedUp({ flops, ...cost }: BudgetCost): BudgetCost {
  const digit = 10 ** (Math.floor(Math.log10(flops)) - 1);
  return { ...cost, flops: digit * Math.ceil(flops / digit) };
}
