/** The shares that one stage may have, given what the stages around it use. */
import { AssayError } from '../../errors.js';
import type { Limits } from '../proposers/index.js';
import type { ScheduleRules } from './options.js';

/** A limit that had to be passed over, because the supply of the data left no mixture within it. */
export type Relaxed = 'maximumChange' | 'trainedShares';

export interface StageLimits {
  limits: Limits;
  relaxed: Relaxed[];
}

/**
 * How much there is of each domain and what was asked for hold in any case; where they leave no mixture within a
 * smooth change, or within the shares of the proxies, those give way, in this order.
 *
 * @param available [domains] most that this stage may have of each domain
 * @param neighbours mixtures of the stages before and after it, as far as they are known
 * @throws AssayError where no mixture is left
 */
export function stageLimits(
  { prior, trained, asked, maximumChange }: ScheduleRules,
  available: Float64Array,
  neighbours: readonly Float64Array[],
): StageLimits {
  const smooth = maximumChange < Infinity && neighbours.length > 0;
  const tries: { bounds: ScheduleRules['asked']; change: number; relaxed: Relaxed[] }[] = [
    { bounds: trained, change: maximumChange, relaxed: [] },
    { bounds: trained, change: Infinity, relaxed: ['maximumChange'] },
    { bounds: asked, change: Infinity, relaxed: ['maximumChange', 'trainedShares'] },
  ];
  for (const { bounds, change, relaxed } of tries) {
    const upper = bounds.upper.map((share, i) =>
      Math.max(0, Math.min(share, available[i]!, ...neighbours.map((other) => other[i]! + change))),
    );
    const lower = bounds.lower.map((share, i) =>
      Math.min(upper[i]!, Math.max(share, ...neighbours.map((other) => other[i]! - change))),
    );
    if (sum(lower) <= 1 + rounding && sum(upper) >= 1 - rounding)
      return {
        limits: { lower, upper: filling(upper), prior },
        relaxed: relaxed.filter((limit) => smooth || limit !== 'maximumChange'),
      };
  }
  throw new AssayError('schedule', 'a stage is left without a mixture', {
    expected: 'limits and a supply that some mixture of every stage is within',
    fix: 'Allow larger shares or more repetition, or train on fewer tokens.',
  });
}

/** Sums of shares that were used up stage by stage miss 1 by this much. */
const rounding = 1e-6;

/** Bounds that miss 1 by rounding are brought to 1. */
function filling(upper: Float64Array): Float64Array {
  const total = sum(upper);
  return total >= 1 ? upper : upper.map((share) => share / total);
}

function sum(shares: Float64Array): number {
  return shares.reduce((total, share) => total + share, 0);
}
