/**
 * The barrier function of an interior-point search.
 *
 * Over the free shares w, and a height t where there are several terms f, minimise
 *
 *   φ = t + λ·KL(w) − μ·[ Σ ln(w − lower) + Σ ln(upper − w) + Σ ln(t − f(w)) + ln(κ − KL(w)) ]
 *
 * with Σw fixed; one term stands for t itself. As μ falls to 0 the minimum goes to that of the largest term under the
 * limits (Boyd and Vandenberghe, Convex Optimization, 11.3). Derivatives: with b = μ/(t − f) the pull of each term,
 * ∇φ = Σ b ∇f + (λ + μ/(κ − KL)) ∇KL − μ/(w − lower) + μ/(upper − w), and ∂φ/∂t = 1 − Σ b.
 */
import { divergence } from './limits.js';
import type { Cost } from './objective.js';
import type { Problem } from './problem.js';
import type { Slopes } from './slopes.js';

/** Where the search is: all shares, and a height above every term (with one term it is not used). */
export interface Point {
  /** [domains] */
  mixture: Float64Array;
  height: number;
}

/** φ at a point, whose terms have these values; Infinity outside the limits. */
export function barrierAt(
  { cost, limits, divergencePenalty }: Problem,
  { mixture, height }: Point,
  terms: Float64Array,
  free: readonly number[],
  mu: number,
): number {
  let logs = 0;
  for (const i of free)
    logs += logOrNone(mixture[i]! - limits.lower[i]!) + logOrNone(limits.upper[i]! - mixture[i]!);
  if (cost.terms > 1) for (const term of terms) logs += logOrNone(height - term);
  const top = cost.terms > 1 ? height : terms[0]!;
  const { maximumDivergence } = limits;
  if (divergencePenalty === 0 && maximumDivergence === undefined) return top - mu * logs;
  const distance = divergence(mixture, limits.prior);
  if (maximumDivergence !== undefined) logs += logOrNone(maximumDivergence - distance);
  return top + divergencePenalty * distance - mu * logs;
}

export interface Derivatives {
  /** [free, and one for the height where there are several terms] */
  gradient: Float64Array;
  /** The same squared, row-major: all but the terms' own curvature, which is known only by how slopes change. */
  hessian: Float64Array;
}

/** [free] Σ b ∇f: the slope that comes from the terms. */
export function pullOf(
  cost: Cost,
  height: number,
  values: Float64Array,
  jacobian: Float64Array,
  mu: number,
): Float64Array {
  const n = jacobian.length / cost.terms;
  const pull = new Float64Array(n);
  for (let term = 0; term < cost.terms; term++) {
    const force = cost.terms > 1 ? mu / (height - values[term]!) : 1;
    for (let i = 0; i < n; i++) pull[i]! += force * jacobian[term * n + i]!;
  }
  return pull;
}

export function derivativesAt(
  { cost, limits, divergencePenalty }: Problem,
  { mixture, height }: Point,
  { values, jacobian }: Slopes,
  free: readonly number[],
  mu: number,
): Derivatives {
  const n = free.length;
  const isMany = cost.terms > 1;
  const size = isMany ? n + 1 : n;
  const gradient = new Float64Array(size);
  const hessian = new Float64Array(size * size);
  const pull = pullOf(cost, height, values, jacobian, mu);
  if (isMany) gradient[n] = 1;
  for (let term = 0; isMany && term < cost.terms; term++) {
    const force = mu / (height - values[term]!);
    gradient[n]! -= force;
    const outward = Float64Array.of(...jacobian.subarray(term * n, (term + 1) * n), -1);
    addOuter(hessian, outward, force ** 2 / mu);
  }
  free.forEach((domain, i) => {
    const below = mixture[domain]! - limits.lower[domain]!;
    const above = limits.upper[domain]! - mixture[domain]!;
    gradient[i]! += pull[i]! - mu / below + mu / above;
    hessian[i * size + i]! += mu / below ** 2 + mu / above ** 2;
  });
  addDivergence();
  return { gradient, hessian };

  function addDivergence(): void {
    const { maximumDivergence, prior } = limits;
    if (divergencePenalty === 0 && maximumDivergence === undefined) return;
    const spare = maximumDivergence === undefined ? Infinity : maximumDivergence - divergence(mixture, prior);
    const weight = divergencePenalty + mu / spare;
    const slope = new Float64Array(size);
    free.forEach((domain, i) => {
      slope[i] = Math.log(mixture[domain]! / prior[domain]!) + 1;
      gradient[i]! += weight * slope[i]!;
      hessian[i * size + i]! += weight / mixture[domain]!;
    });
    addOuter(hessian, slope, mu / spare ** 2);
  }
}

function addOuter(matrix: Float64Array, vector: Float64Array, scale: number): void {
  const n = vector.length;
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) matrix[i * n + j]! += scale * vector[i]! * vector[j]!;
}

function logOrNone(value: number): number {
  return value > 0 ? Math.log(value) : -Infinity;
}
