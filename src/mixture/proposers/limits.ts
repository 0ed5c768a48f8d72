/** Which mixtures may be proposed: shares within bounds, and not too far from the prior. */
import { AssayError } from '../../errors.js';

export interface Limits {
  /** [domains] Least and largest share. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** [domains] What the divergence is measured from. */
  readonly prior: Float64Array;
  /** Largest KL(mixture ‖ prior) in nats; undefined for none. */
  readonly maximumDivergence?: number;
}

export interface LimitOptions {
  domains: readonly string[];
  prior: Float64Array;
  /** Tokens there are of each domain; a domain that is not named has no end. */
  supplyTokens?: ReadonlyMap<string, number>;
  /** Tokens that the target trains on. */
  budgetTokens?: number;
  /** How often a token may be trained on. Default 1. */
  maximumRepetition?: number;
  minimumShares?: ReadonlyMap<string, number>;
  maximumShares?: ReadonlyMap<string, number>;
  maximumDivergence?: number;
  /** Whether the divergence counts at all (as a limit or a penalty): domains without a share in the prior then get none. */
  usesDivergence?: boolean;
}

/** @throws AssayError when no mixture is within all limits, or a limit names no domain */
export function limitsOf(options: LimitOptions): Limits {
  const { domains, prior, supplyTokens, budgetTokens, maximumRepetition = 1, maximumDivergence } = options;
  const lower = new Float64Array(domains.length);
  const upper = new Float64Array(domains.length).fill(1);
  const at = (name: string, subject: string) => {
    const index = domains.indexOf(name);
    if (index >= 0) return index;
    throw new AssayError(subject, `no domain "${name}"`, { expected: `one of ${domains.join(', ')}` });
  };
  for (const [name, share] of options.minimumShares ?? []) lower[at(name, 'minimum share')] = share;
  for (const [name, share] of options.maximumShares ?? []) upper[at(name, 'maximum share')] = share;
  for (const [name, tokens] of supplyTokens ?? []) {
    const index = at(name, 'supply');
    if (budgetTokens !== undefined)
      upper[index] = Math.min(upper[index]!, (tokens * maximumRepetition) / budgetTokens);
  }
  if (options.usesDivergence || maximumDivergence !== undefined)
    prior.forEach((share, i) => {
      if (share === 0) upper[i] = 0;
    });
  checkBounds(domains, lower, upper);
  return { lower, upper, prior, ...(maximumDivergence === undefined ? {} : { maximumDivergence }) };
}

function checkBounds(domains: readonly string[], lower: Float64Array, upper: Float64Array): void {
  const crossed = domains.findIndex((_, i) => !(lower[i]! >= 0 && lower[i]! <= upper[i]! && upper[i]! <= 1));
  if (crossed >= 0)
    throw new AssayError(`limits of "${domains[crossed]}"`, 'no share is within them', {
      expected: '0 <= least <= largest <= 1',
      got: `at least ${lower[crossed]}, at most ${upper[crossed]}`,
    });
  const [least, most] = [lower, upper].map((bounds) => bounds.reduce((sum, share) => sum + share, 0));
  if (least! > 1)
    throw new AssayError('limits', 'minimum shares add up to more than 1', { got: least!.toPrecision(4) });
  if (most! < 1)
    throw new AssayError('limits', 'all domains together do not fill the budget', {
      expected: 'largest shares that add up to 1 or more',
      got: most!.toPrecision(4),
      fix: 'Allow more repetition, or train on fewer tokens.',
    });
}

/** KL(mixture ‖ prior) in nats. */
export function divergence(mixture: Float64Array, prior: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < mixture.length; i++)
    if (mixture[i]! > 0) sum += mixture[i]! * Math.log(mixture[i]! / prior[i]!);
  return Math.max(sum, 0);
}

/** Whether a mixture is within all limits; `tolerance` is for the rounding of sums. */
export function isWithin(mixture: Float64Array, limits: Limits, tolerance = 1e-9): boolean {
  let total = 0;
  for (let i = 0; i < mixture.length; i++) {
    const share = mixture[i]!;
    if (share < limits.lower[i]! - tolerance || share > limits.upper[i]! + tolerance) return false;
    total += share;
  }
  if (Math.abs(total - 1) > tolerance) return false;
  const { maximumDivergence } = limits;
  return (
    maximumDivergence === undefined || divergence(mixture, limits.prior) <= maximumDivergence + tolerance
  );
}
