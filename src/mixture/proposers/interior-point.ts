/** Search for the mixture of least cost from inside the limits, so that every mixture on the way is allowed. */
import { rowsOf } from '../design/index.js';
import { linearSolve } from '../linear-solve.js';
import { barrierAt, derivativesAt, type Point, pullOf } from './barrier.js';
import { updateCurvature } from './curvature.js';
import type { Problem } from './problem.js';
import { slopesAt } from './slopes.js';

const firstMu = 0.1;
const lastMu = 1e-10;
/** By how much μ falls between two rounds. */
const fall = 0.2;
const stepsPerMu = 60;
const stepsInAll = 250;
/** Lengths that a step is tried at, each half of the one before. */
const halvings = 24;

/**
 * [domains] A mixture strictly within the limits: the optimum where the terms are convex (to about 1e-8 of the cost), a
 * local one elsewhere, and near the start where the fit is flat in steps, as trees are.
 *
 * @param start strictly within the limits, apart from domains with one possible share
 */
export function minimise(problem: Problem, start: Float64Array): Float64Array {
  const { limits, cost } = problem;
  const free = [...start.keys()].filter((i) => limits.upper[i]! - limits.lower[i]! > 1e-12);
  if (free.length < 2) return start;
  const n = free.length;
  const curvature = identity(n);
  let slopes = slopesAt(cost, start, free);
  let point: Point = { mixture: start, height: Math.max(...slopes.values) + firstMu };
  let taken = 0;
  let stuck = 0;
  // Twice without a step that helps: the fit is made of steps, and smaller μ would not help either.
  for (let mu = firstMu; mu > lastMu && stuck < 2 && taken < stepsInAll; mu *= fall) {
    for (let steps = 0; steps < stepsPerMu; steps++, taken++) {
      const { gradient, hessian } = derivativesAt(problem, point, slopes, free, mu);
      const direction = newtonDirection(hessian, curvature, gradient, n);
      const descent = -dot(gradient, direction);
      if (!(descent > 0.01 * mu)) break;
      const next = stepAlong(problem, point, slopes.values, direction, descent, free, mu);
      stuck = next === undefined ? stuck + 1 : 0;
      if (next === undefined) break;
      const nextSlopes = slopesAt(cost, next.mixture, free);
      const moved = Float64Array.from(free, (i) => next.mixture[i]! - point.mixture[i]!);
      // Both pulls with the forces at the new point: what is left of their difference is the terms' own curvature.
      const before = pullOf(cost, next.height, nextSlopes.values, slopes.jacobian, mu);
      const after = pullOf(cost, next.height, nextSlopes.values, nextSlopes.jacobian, mu);
      updateCurvature(
        curvature,
        moved,
        after.map((value, i) => value - before[i]!),
      );
      [point, slopes] = [next, nextSlopes];
    }
  }
  return point.mixture;
}

/** Newton's direction along which the shares keep their sum: [free, and the height where there is one]. */
function newtonDirection(
  hessian: Float64Array,
  curvature: Float64Array,
  gradient: Float64Array,
  n: number,
): Float64Array {
  const size = gradient.length;
  const width = size + 1;
  const system = new Float64Array(width * width);
  const right = new Float64Array(width);
  for (let i = 0; i < size; i++) {
    right[i] = -gradient[i]!;
    for (let j = 0; j < size; j++) system[i * width + j] = hessian[i * size + j]!;
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) system[i * width + j]! += curvature[i * n + j]!;
    system[i * width + size] = 1;
    system[size * width + i] = 1;
  }
  return linearSolve(system, right, 1).subarray(0, size);
}

/** The first of ever shorter steps that stays inside and lowers the barrier function enough (Armijo's rule). */
function stepAlong(
  problem: Problem,
  { mixture, height }: Point,
  terms: Float64Array,
  direction: Float64Array,
  descent: number,
  free: readonly number[],
  mu: number,
): Point | undefined {
  const { cost, limits } = problem;
  const here = barrierAt(problem, { mixture, height }, terms, free, mu);
  let step = 1;
  free.forEach((domain, i) => {
    const room =
      direction[i]! < 0 ? limits.lower[domain]! - mixture[domain]! : limits.upper[domain]! - mixture[domain]!;
    if (direction[i] !== 0) step = Math.min(step, (0.99 * room) / direction[i]!);
  });
  // All in one batch: for some regressors a call costs far more than a row.
  const points = Array.from({ length: halvings }, (_, tries): Point => {
    const length = step * 2 ** -tries;
    const moved = mixture.slice();
    free.forEach((domain, i) => {
      moved[domain]! += length * direction[i]!;
    });
    return { mixture: moved, height: height + length * (direction[free.length] ?? 0) };
  });
  const values = cost.termsAt(rowsOf(points.map((point) => point.mixture)));
  return points.find((point, tries) => {
    const termsThere = values.subarray(tries * cost.terms, (tries + 1) * cost.terms);
    return barrierAt(problem, point, termsThere, free, mu) <= here - 1e-4 * step * 2 ** -tries * descent;
  });
}

function identity(n: number): Float64Array {
  return Float64Array.from({ length: n * n }, (_, at) => (at % (n + 1) === 0 ? 1 : 0));
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
