/** Ways into the mixtures that the limits allow. */
import { AssayError } from '../../errors.js';
import { divergence, isWithin, type Limits } from './limits.js';

/**
 * A mixture strictly inside the limits (domains with one possible share excepted), near the prior.
 *
 * @throws AssayError when the bounds keep every mixture further from the prior than the divergence allows
 */
export function interiorMixture(limits: Limits): Float64Array {
  const { lower, upper, prior, maximumDivergence = Infinity } = limits;
  const closest = closestToPrior(limits);
  const least = divergence(closest, prior);
  if (!(least < maximumDivergence))
    throw new AssayError('limits', 'every mixture within the bounds is too far from the prior', {
      expected: `a divergence below ${maximumDivergence} nats`,
      got: `at least ${least.toPrecision(4)}`,
    });
  const room = upper.map((share, i) => share - lower[i]!);
  const [least_, spare] = [sum(lower), sum(room)];
  const middle = lower.map((share, i) => (spare === 0 ? share : share + (room[i]! * (1 - least_)) / spare));
  // The divergence is convex and smaller than allowed at `closest`, so some step towards the middle is inside.
  for (let step = 0.5; step > 1e-12; step /= 2) {
    const mixture = between(closest, middle, step);
    if (!(maximumDivergence < Infinity) || divergence(mixture, prior) < maximumDivergence) return mixture;
  }
  return closest;
}

/** The mixture within the bounds that diverges least from the prior: the prior times a factor, cut at the bounds. */
function closestToPrior({ lower, upper, prior }: Limits): Float64Array {
  const cut = (factor: number) => prior.map((share, i) => clamp(share * factor, lower[i]!, upper[i]!));
  let [low, high] = [0, 1];
  while (sum(cut(high)) < 1 && high < 1e15) high *= 2;
  for (let halvings = 0; halvings < 200; halvings++) {
    const middle = (low + high) / 2;
    if (sum(cut(middle)) < 1) low = middle;
    else high = middle;
  }
  return filledUp(cut(high), lower, upper);
}

/** The nearest mixture within the bounds (Euclidean), then as far towards `inside` as the divergence asks. */
export function broughtInside(mixture: Float64Array, limits: Limits, inside: Float64Array): Float64Array {
  const { lower, upper } = limits;
  let [low, high] = [-1, 1];
  for (let halvings = 0; halvings < 60; halvings++) {
    const shift = (low + high) / 2;
    let total = 0;
    for (let i = 0; i < mixture.length; i++) total += clamp(mixture[i]! + shift, lower[i]!, upper[i]!);
    if (total < 1) low = shift;
    else high = shift;
  }
  const shifted = mixture.map((share, i) => clamp(share + high, lower[i]!, upper[i]!));
  const bounded = filledUp(shifted, lower, upper);
  if (isWithin(bounded, limits, 1e-12)) return bounded;
  let [from, to] = [0, 1];
  for (let halvings = 0; halvings < 50; halvings++) {
    const middle = (from + to) / 2;
    if (isWithin(between(bounded, inside, middle), limits, 1e-12)) to = middle;
    else from = middle;
  }
  return between(bounded, inside, to);
}

/** What is missing from or above a sum of 1, given to the domains that have room for it. */
function filledUp(mixture: Float64Array, lower: Float64Array, upper: Float64Array): Float64Array {
  let missing = 1 - sum(mixture);
  return mixture.map((share, i) => {
    const change = clamp(missing, lower[i]! - share, upper[i]! - share);
    missing -= change;
    return share + change;
  });
}

/** The mixture on the way from `a` (0) to `b` (1). */
export function between(a: Float64Array, b: Float64Array, step: number): Float64Array {
  return a.map((share, i) => share + step * (b[i]! - share));
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
