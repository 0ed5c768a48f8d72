/** Minimum of a smooth function by limited-memory BFGS. */

export interface LbfgsOptions {
  /** Evaluations of the function at most. */
  evaluations: number;
  /** Stops where two steps in a row improve the value by less than this. */
  tolerance: number;
  /** Pairs of step and gradient change that approximate the curvature. Default 10. */
  memory?: number;
  /** What a search of a like function ended with: the first steps then know the curvature. Default: nothing is known. */
  curvature?: readonly CurvaturePair[];
}

/** How the gradient changed over a step. */
export interface CurvaturePair {
  step: Float64Array;
  change: Float64Array;
  /** Their inner product, above 0. */
  curvature: number;
}

export interface Minimum {
  point: Float64Array;
  value: number;
  evaluations: number;
  /** Oldest first. */
  curvature: readonly CurvaturePair[];
}

/** Writes the gradient at `point` into `gradient` and returns the value; Infinity where there is none. */
export type Objective = (point: Float64Array, gradient: Float64Array) => number;

/**
 * Nocedal and Wright, Numerical Optimization, algorithm 7.4 and 7.5, with a line search that brackets a point where both
 * conditions of Wolfe hold (3.5 and 3.6 by bisection and doubling).
 */
export function lbfgs(objective: Objective, start: Float64Array, options: LbfgsOptions): Minimum {
  const { evaluations: budget, tolerance, memory = 10 } = options;
  const history = [...(options.curvature ?? [])];
  let point: Float64Array = start.slice();
  let gradient: Float64Array = new Float64Array(start.length);
  let value = objective(point, gradient);
  let evaluations = 1;
  let idle = 0;
  while (evaluations < budget && idle < 2) {
    const direction = descent(gradient, history);
    const slope = dot(direction, gradient);
    if (!(slope < 0)) break;
    // The first step has no curvature to go by: one unit of length at most.
    let length = history.length > 0 ? 1 : Math.min(1, 1 / Math.sqrt(-slope));
    let [low, high] = [0, Infinity];
    let found: { point: Float64Array; gradient: Float64Array; value: number } | undefined;
    for (let tries = 0; tries < 20 && evaluations < budget; tries++) {
      const trial = point.map((x, i) => x + length * direction[i]!);
      const trialGradient = new Float64Array(start.length);
      const trialValue = objective(trial, trialGradient);
      evaluations++;
      if (!(trialValue <= value + 1e-4 * length * slope)) high = length;
      else {
        found = { point: trial, gradient: trialGradient, value: trialValue };
        if (dot(trialGradient, direction) >= 0.9 * slope) break;
        low = length;
      }
      length = high < Infinity ? (low + high) / 2 : 2 * length;
    }
    if (found === undefined) {
      // Rounding, or curvature that no longer holds: once more from steepest descent, then it is a minimum.
      if (history.length === 0) break;
      history.length = 0;
      continue;
    }
    const step = found.point.map((x, i) => x - point[i]!);
    const change = found.gradient.map((g, i) => g - gradient[i]!);
    const curvature = dot(step, change);
    if (curvature > 1e-12 * dot(change, change)) history.push({ step, change, curvature });
    if (history.length > memory) history.shift();
    idle = value - found.value < tolerance ? idle + 1 : 0;
    ({ point, gradient, value } = found);
  }
  return { point, value, evaluations, curvature: history };
}

/** −H·gradient by the two-loop recursion. */
function descent(gradient: Float64Array, history: readonly CurvaturePair[]): Float64Array {
  const direction = gradient.map((g) => -g);
  const weights = history.map(() => 0);
  for (let k = history.length - 1; k >= 0; k--) {
    const { step, change, curvature } = history[k]!;
    weights[k] = dot(step, direction) / curvature;
    change.forEach((c, i) => {
      direction[i]! -= weights[k]! * c;
    });
  }
  const last = history.at(-1);
  if (last !== undefined) {
    const scale = last.curvature / dot(last.change, last.change);
    direction.forEach((d, i) => {
      direction[i] = d * scale;
    });
  }
  history.forEach(({ step, change, curvature }, k) => {
    const back = weights[k]! - dot(change, direction) / curvature;
    step.forEach((s, i) => {
      direction[i]! += back * s;
    });
  });
  return direction;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
