/**
 * RegMix's sampler of mixtures for proxy runs (arXiv 2407.01492 and its public script): Dirichlet draws around the
 * tempered prior at many strengths, rejected above a bound, rounded, without near-duplicates.
 */
import { AssayError } from '../../errors.js';
import type { Random } from '../../random.js';
import { roundShares, withinBounds, withoutNearDuplicates } from './clean.js';
import { drawDirichlet } from './dirichlet.js';
import { type Prior, temper } from './prior.js';

export interface RegmixOptions {
  /** Power of the prior: 1 leaves it, 0 makes it uniform. Default 0.5. */
  temperature?: number;
  /** Least and largest sum of the Dirichlet's concentrations; low draws lie near corners. Default 0.1 and 5. */
  minimumStrength?: number;
  maximumStrength?: number;
  /** Strengths between the two, evenly spaced in their logarithm. Default 15. */
  strengths?: number;
  /** A domain's share is at most this many times its share in the prior. Default 15. */
  maximumUsage?: number;
  /** Smallest share above 0, and the step that shares are rounded to. Default 2e-4: 100 of 512,000 windows. */
  smallest?: number;
  /** Candidates drawn for every mixture wanted. Default 100. */
  multiplier?: number;
  /** Mixtures whose L1 distance is at most this are one. Default 1e-5. */
  duplicate?: number;
}

export const regmixDefaults: Required<RegmixOptions> = {
  temperature: 0.5,
  minimumStrength: 0.1,
  maximumStrength: 5,
  strengths: 15,
  maximumUsage: 15,
  smallest: 2e-4,
  multiplier: 100,
  duplicate: 1e-5,
};

/**
 * `count` mixtures, each [domains].
 *
 * @throws AssayError when fewer than `count` different mixtures are left within the bounds
 */
export function sampleRegmix(
  { shares }: Prior,
  count: number,
  random: Random,
  options: RegmixOptions = {},
): Float64Array[] {
  const settings = { ...regmixDefaults, ...options };
  // The bound is on the prior as it is; the draws are around the tempered one.
  const bounds = usageBounds(shares, settings.maximumUsage);
  const concentrations = strengthGrid(settings).map((strength) =>
    temper(shares, settings.temperature).map((share) => share * strength),
  );
  const accepted: Float64Array[] = [];
  for (let drawn = 0; drawn < count * settings.multiplier; drawn++) {
    // The script draws once at every strength and keeps one draw at random: the same as a strength at random.
    const mixture = drawDirichlet(concentrations[random.below(concentrations.length)]!, random);
    if (withinBounds(mixture, bounds)) accepted.push(roundShares(mixture, settings.smallest));
  }
  const different = withoutNearDuplicates(accepted, settings.duplicate);
  if (different.length < count)
    throw new AssayError('design "regmix"', 'too few different mixtures within the bounds', {
      expected: `${count}`,
      got: `${different.length} of ${count * settings.multiplier} draws`,
      fix: 'Raise the maximum usage, or the draws a mixture.',
    });
  return random.shuffle(different).slice(0, count);
}

/** [domains] The largest share of each domain: `usage` times its share in the prior, and at most 1. */
export function usageBounds(shares: Float64Array, usage: number): Float64Array {
  return shares.map((share) => Math.min(share * usage, 1));
}

/** Strengths from least to largest, evenly spaced in their logarithm. */
export function strengthGrid({
  minimumStrength: from,
  maximumStrength: to,
  strengths,
}: Pick<Required<RegmixOptions>, 'minimumStrength' | 'maximumStrength' | 'strengths'>): number[] {
  return Array.from({ length: strengths }, (_, i) =>
    strengths === 1 ? from : from * (to / from) ** (i / (strengths - 1)),
  );
}
