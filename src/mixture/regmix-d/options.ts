/** What a schedule is to be good at, how far ahead it looks, and what it must keep to. */
import { AssayError } from '../../errors.js';
import { lengthOf, type StageModel } from './stage-model.js';

/**
 * `stage`: the mixture whose predicted loss after this stage is least, as in the paper.
 * `hold`: the one that would lead to the least loss at the end of training if it were kept until then; the next stage
 * chooses again.
 * `plan`: mixtures of all stages that are left, chosen together for the loss at the end.
 */
export type Horizon = 'stage' | 'hold' | 'plan';

export interface ScheduleOptions {
  /** Losses to bring down and what each weighs, above 0. */
  objective: ReadonlyMap<string, number>;
  /** Default `plan`: where a domain pays off late, the other two do not see it. */
  horizon?: Horizon;
  /** [domains] Centre of the Dirichlet draws, such as the shares that the data have. */
  prior: Float64Array;
  /** Mixtures drawn for every choice. Default 100,000 for `stage`, as the paper, 10,000 for `hold`, 2,000 for `plan`. */
  draws?: number;
  /** How many of the best are averaged. Default 128 of 100,000 draws, and as small a part of fewer. */
  keep?: number;
  /** Times that `plan` goes over all stages at most. Default 10. */
  sweeps?: number;
  minimumShares?: ReadonlyMap<string, number>;
  maximumShares?: ReadonlyMap<string, number>;
  /** Allows shares beyond those that proxies were trained on. Default false. */
  extrapolate?: boolean;
  /** Tokens there are of each domain, for the whole schedule; a domain that is not named has no end. */
  supplyTokens?: ReadonlyMap<string, number>;
  /** Tokens that the target trains on; needed with `supplyTokens`. */
  budgetTokens?: number;
  /** How often a token may be trained on. Default 1. */
  maximumRepetition?: number;
  /** Most that the share of a domain may change from one stage to the next, e.g. 0.1. Default: anything. */
  maximumChange?: number;
  /** Cost of a nat of KL(mixture ‖ mixture of the stage before), in the unit of the loss. Default 0. */
  changePenalty?: number;
}

/** The same with numbers by index, checked. */
export interface ScheduleRules {
  /** [metrics] Adding up to 1. */
  weights: Float64Array;
  /** Metrics that have a weight. */
  wanted: readonly number[];
  horizon: Horizon;
  prior: Float64Array;
  draws: number;
  keep: number;
  sweeps: number;
  /** [domains] Bounds that the user gave, and with those of the proxies. */
  asked: { lower: Float64Array; upper: Float64Array };
  trained: { lower: Float64Array; upper: Float64Array };
  /** [domains] Most that may be used in all, as a share of the tokens of the whole training; Infinity for no end. */
  supply: Float64Array;
  maximumChange: number;
  changePenalty: number;
}

/** A stage of a horizon that looks further ahead costs the predictions of all stages after it. */
const defaultDraws: Record<Horizon, number> = { stage: 100_000, hold: 10_000, plan: 2000 };

/** @throws AssayError for losses and domains that the model does not have, a supply without a budget, and limits that contradict */
export function rulesOf(model: StageModel, options: ScheduleOptions): ScheduleRules {
  const { objective, horizon = 'plan', prior, extrapolate = false } = options;
  const draws = options.draws ?? defaultDraws[horizon];
  const weights = new Float64Array(model.metrics.length);
  for (const [metric, weight] of objective) {
    if (!(weight > 0 && weight < Infinity))
      throw new AssayError(`objective "${metric}"`, 'weight is not valid', {
        expected: 'a number above 0',
        got: `${weight}`,
      });
    weights[indexOf(metric, model.metrics, 'objective')] = weight;
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total === 0) throw new AssayError('objective', 'names no loss');
  const lower = new Float64Array(prior.length);
  const upper = new Float64Array(prior.length).fill(1);
  const set = (bounds: Float64Array, shares: ReadonlyMap<string, number> | undefined, what: string) => {
    for (const [domain, share] of shares ?? []) bounds[indexOf(domain, model.domains, what)] = share;
  };
  set(lower, options.minimumShares, 'minimum share');
  set(upper, options.maximumShares, 'maximum share');
  const supply = supplyOf(model, options);
  checkLimits(model, { lower, upper }, supply, horizon);
  return {
    weights: weights.map((weight) => weight / total),
    wanted: [...weights.keys()].filter((metric) => weights[metric]! > 0),
    horizon,
    prior,
    draws,
    keep: options.keep ?? Math.max(1, Math.round((draws * 128) / 100_000)),
    sweeps: options.sweeps ?? 10,
    asked: { lower, upper },
    trained: extrapolate
      ? { lower, upper }
      : {
          // What the user asks for goes before what proxies had.
          lower: lower.map((share, i) => Math.min(upper[i]!, Math.max(share, model.least[i]!))),
          upper: upper.map((share, i) => Math.max(lower[i]!, Math.min(share, model.most[i]!))),
        },
    supply,
    maximumChange: options.maximumChange ?? Infinity,
    changePenalty: options.changePenalty ?? 0,
  };
}

function supplyOf(
  { domains }: StageModel,
  { supplyTokens, budgetTokens, maximumRepetition = 1 }: ScheduleOptions,
): Float64Array {
  const supply = new Float64Array(domains.length).fill(Infinity);
  if (supplyTokens === undefined) return supply;
  if (budgetTokens === undefined || !(budgetTokens > 0))
    throw new AssayError('supply', 'says nothing without the tokens that are trained on', {
      expected: 'a budget of tokens',
    });
  for (const [domain, tokens] of supplyTokens)
    supply[indexOf(domain, domains, 'supply')] = (tokens * maximumRepetition) / budgetTokens;
  const most = supply.reduce((sum, share) => sum + share, 0);
  if (most < 1 - 1e-9)
    throw new AssayError('supply', 'all domains together do not fill the budget', {
      got: `${most.toPrecision(4)} of it`,
      fix: 'Allow more repetition, or train on fewer tokens.',
    });
  return supply;
}

function checkLimits(
  { domains }: StageModel,
  { lower, upper }: ScheduleRules['asked'],
  supply: Float64Array,
  horizon: Horizon,
): void {
  domains.forEach((domain, i) => {
    const most = Math.min(upper[i]!, supply[i]!);
    if (!(lower[i]! >= 0 && upper[i]! <= 1 && lower[i]! <= most))
      throw new AssayError(`limits of "${domain}"`, 'no share is within them', {
        expected: '0 <= least <= largest <= 1, and a supply for the least',
        got: `at least ${lower[i]}, at most ${most}`,
      });
  });
  const sum = (shares: Float64Array) => shares.reduce((total, share) => total + share, 0);
  if (sum(lower) > 1 || sum(upper.map((share, i) => Math.min(share, supply[i]!))) < 1 - 1e-9)
    throw new AssayError('limits', 'no mixture is within all of them');
  const isScarce = supply.some((share) => share < 1);
  if (horizon === 'stage' && isScarce && upper.some((share) => share < 1))
    throw new AssayError('horizon "stage"', 'may use up what later stages need', {
      expected: 'a supply or largest shares, not both',
      fix: 'Use the horizon `hold` or `plan`, which keep enough for the end.',
    });
}

/** [domains] What a plan uses of the training's tokens, from a stage on. */
export function usedBy(model: StageModel, stage: number, plan: readonly Float64Array[]): Float64Array {
  const used = new Float64Array(model.domains.length);
  plan.forEach((mixture, ahead) => {
    mixture.forEach((share, domain) => {
      used[domain]! += share * lengthOf(model, stage + ahead);
    });
  });
  return used;
}

function indexOf(name: string, names: readonly string[], what: string): number {
  const at = names.indexOf(name);
  if (at >= 0) return at;
  throw new AssayError(`${what} "${name}"`, 'no such name', { expected: `one of ${names.join(', ')}` });
}
