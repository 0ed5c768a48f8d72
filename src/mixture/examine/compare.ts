/** Mixtures side by side, wherever they come from, under the same fits and against the same design. */
import { AssayError } from '../../errors.js';
import { didYouMean } from '../../suggest.js';
import { rowsOf } from '../design/index.js';
import type { Phase } from '../export/index.js';
import {
  type DesignDistance,
  distanceToDesign,
  divergence,
  type FittedMetric,
  type Gain,
  gainOver,
  type Objective,
} from '../proposers/index.js';

/** A mixture, or a schedule of several, with the name that it is shown by: `DoReMi`, `RegMix-D`. */
export interface NamedPhases {
  name: string;
  phases: readonly Phase[];
}

/** Plain JSON. */
export interface ComparedMixture {
  name: string;
  /** [domains] Shares of all tokens. */
  mixture: number[];
  /** Of a schedule only: its stages in order, with the share of the tokens that each has. */
  stages?: { share: number; mixture: number[] }[];
  /** One a metric. Not of a schedule: fits of runs that keep one mixture do not say what a change of mixtures does. */
  predicted?: { metric: string; value: number; standardError?: number }[];
  /** Over the prior, in the objective; absent where `predicted` is. */
  gain?: Gain;
  /** KL(mixture ‖ prior) in nats; null where it has a domain that the prior lacks. */
  divergence: number | null;
  /** One a stage. */
  distances: DesignDistance[];
}

export interface ComparedUnder {
  domains: readonly string[];
  /** [domains] */
  prior: Float64Array;
  /** [domains] each: mixtures that were trained. */
  trained: readonly Float64Array[];
  metrics: readonly FittedMetric[];
  objective: Objective;
}

/** @throws AssayError for a domain that the runs do not have, and shares that do not add up to 1 */
export function compareMixture({ name, phases }: NamedPhases, under: ComparedUnder): ComparedMixture {
  const { prior, trained, metrics, objective } = under;
  const total = phases.reduce((sum, { share }) => sum + share, 0);
  const stages = phases.map(({ share, mixture }) => ({
    share: share / total,
    mixture: sharesOf(name, mixture, under.domains),
  }));
  const whole = new Float64Array(prior.length);
  for (const { share, mixture } of stages)
    mixture.forEach((value, domain) => {
      whole[domain]! += share * value;
    });
  const kept = new Set(stages.map(({ mixture }) => mixture.join(' '))).size === 1;
  const nats = divergence(whole, prior);
  return {
    name,
    mixture: [...whole],
    ...(kept
      ? {
          predicted: metrics.map((metric) => predictedBy(metric, whole)),
          gain: gainOver(prior, whole, objective, metrics),
        }
      : { stages: stages.map(({ share, mixture }) => ({ share, mixture: [...mixture] })) }),
    divergence: Number.isFinite(nats) ? nats : null,
    distances: (kept ? [{ mixture: whole }] : stages).map(({ mixture }) =>
      distanceToDesign(mixture, trained),
    ),
  };
}

/** [domains] A domain that is not named has no share. */
function sharesOf(name: string, mixture: Phase['mixture'], domains: readonly string[]): Float64Array {
  const shares = new Float64Array(domains.length);
  for (const [domain, share] of mixture) {
    const at = domains.indexOf(domain);
    const fix = didYouMean(domain, [...domains]);
    if (at < 0)
      throw new AssayError(`mixture "${name}"`, `no domain "${domain}" in the runs`, {
        expected: `one of ${domains.join(', ')}`,
        ...(fix === undefined ? {} : { fix }),
      });
    shares[at] = share;
  }
  const total = shares.reduce((sum, share) => sum + share, 0);
  if (!(Math.abs(total - 1) <= 0.01))
    throw new AssayError(`mixture "${name}"`, 'its shares do not add up to 1', { got: `${total}` });
  return shares.map((share) => share / total);
}

function predictedBy({ name, fit }: FittedMetric, mixture: Float64Array) {
  const rows = rowsOf([mixture]);
  const known = fit.predictWithError?.(rows);
  return {
    metric: name,
    value: (known?.mean ?? fit.predict(rows))[0]!,
    ...(known && { standardError: known.standardError[0]! }),
  };
}
