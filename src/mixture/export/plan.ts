/** Shares to whole tokens: what each source gives in each phase of one run, adding up to the budget. */
import { AssayError } from '../../errors.js';
import { apportion } from './apportion.js';

/** Where a domain's data are, and how much of them there is. */
export interface Source {
  paths: readonly { path: string; tokens?: number }[];
  /** By the tokenizer that the shares are meant for. */
  tokens?: number;
  /** Of text, before tokenizing. */
  bytes?: number;
  documents?: number;
}

/** One stretch of training with one mixture. */
export interface Phase {
  /** Share of the run's tokens; those of all phases add up to 1. */
  share: number;
  /** Share of tokens by domain. */
  mixture: ReadonlyMap<string, number>;
}

export interface PlannedDomain extends Source {
  name: string;
  /** In the whole run. */
  trainedTokens: number;
  /** Times that each token is trained on, where it is known how many there are. */
  epochs?: number;
}

export interface PlannedPhase {
  /** Tokens trained before this phase begins. */
  startTokens: number;
  tokens: number;
  /** [domains] Tokens of each domain, adding up to `tokens`. */
  domainTokens: number[];
}

export interface TokenPlan {
  budgetTokens: number;
  /** Where it is given, all tokens are multiples of it: whole windows. */
  contextTokens?: number;
  domains: PlannedDomain[];
  phases: PlannedPhase[];
}

export interface PlanOptions {
  phases: readonly Phase[];
  sources: ReadonlyMap<string, Source>;
  budgetTokens: number;
  /** Tokens of a window (the sequence length); default: tokens are planned one by one. */
  contextTokens?: number;
}

/**
 * Tokens are handed out by largest remainders, first to phases and then to the domains of each. With a context they are
 * whole windows, and a budget that is not a multiple of it is rounded down.
 *
 * @throws AssayError for a budget of less than one window, phases whose shares do not add up, and domains without a source
 */
export function planTokens({ phases, sources, budgetTokens, contextTokens }: PlanOptions): TokenPlan {
  const unit = contextTokens ?? 1;
  const units = Math.floor(budgetTokens / unit);
  if (units < 1)
    throw new AssayError('budget', 'is less than one window', {
      expected: `at least ${unit} tokens`,
      got: `${budgetTokens}`,
    });
  const names = domainsOf(phases);
  for (const name of names)
    if (!sources.has(name))
      throw new AssayError(`domain "${name}"`, 'has no source', {
        expected: `one of ${[...sources.keys()].join(', ')}`,
        fix: 'Say in the sources file where its data are.',
      });
  const phaseUnits = apportion(
    phases.map(({ share }) => share),
    units,
  );
  const empty = phaseUnits.indexOf(0);
  if (empty >= 0) throw new AssayError(`phase ${empty + 1}`, 'is too short for a single window');
  let startTokens = 0;
  const planned = phases.map(({ mixture }, i): PlannedPhase => {
    const domainTokens = apportion(
      names.map((name) => mixture.get(name) ?? 0),
      phaseUnits[i]!,
    ).map((count) => count * unit);
    const phase = { startTokens, tokens: phaseUnits[i]! * unit, domainTokens };
    startTokens += phase.tokens;
    return phase;
  });
  return {
    budgetTokens: units * unit,
    ...(contextTokens === undefined ? {} : { contextTokens }),
    domains: names.map((name, d) =>
      plannedDomain(
        name,
        sources.get(name)!,
        planned.reduce((sum, phase) => sum + phase.domainTokens[d]!, 0),
      ),
    ),
    phases: planned,
  };
}

/** Domains with a share in some phase, in the order of their first mention. */
function domainsOf(phases: readonly Phase[]): string[] {
  const total = phases.reduce((sum, { share }) => sum + share, 0);
  if (phases.length === 0 || Math.abs(total - 1) > 1e-6)
    throw new AssayError('phases', 'their shares of the run do not add up to 1', { got: `${total}` });
  const names = new Set<string>();
  for (const [i, { mixture }] of phases.entries()) {
    const sum = [...mixture.values()].reduce((all, share) => all + share, 0);
    if (Math.abs(sum - 1) > 0.01 || [...mixture.values()].some((share) => !(share >= 0)))
      throw new AssayError(`phase ${i + 1}`, 'its shares are not a mixture', {
        expected: 'shares of at least 0 that add up to 1',
        got: `a sum of ${sum}`,
      });
    for (const [name, share] of mixture) if (share > 0) names.add(name);
  }
  return [...names];
}

function plannedDomain(name: string, source: Source, trainedTokens: number): PlannedDomain {
  const { tokens } = source;
  return {
    name,
    ...source,
    trainedTokens,
    ...(tokens === undefined ? {} : { epochs: trainedTokens / tokens }),
  };
}
