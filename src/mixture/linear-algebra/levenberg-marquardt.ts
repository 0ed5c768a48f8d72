/** Least squares of functions that are not linear in their parameters. */
import { linearSolve } from '../linear-solve.js';

/** Writes the residuals and their slopes by every parameter, row-major [residuals, parameters]. */
export type Residuals = (point: Float64Array, residuals: Float64Array, slopes: Float64Array) => void;

/**
 * Levenberg and Marquardt with the diagonal of JᵀJ as the scale of the parameters. Stops after `steps` tries, or where a
 * step improves the sum of squares by less than a 1e-10th.
 */
export function levenbergMarquardt(
  residuals: Residuals,
  count: number,
  start: Float64Array,
  steps = 200,
): { point: Float64Array; squares: number } {
  const parameters = start.length;
  let point = start;
  let [at, slopes] = [new Float64Array(count), new Float64Array(count * parameters)];
  residuals(point, at, slopes);
  let squares = sumOfSquares(at);
  let damping = 1e-3;
  for (let step = 0; step < steps && damping < 1e12; step++) {
    const { gram, right } = normalEquations(at, slopes, parameters);
    for (let j = 0; j < parameters; j++)
      gram[j * parameters + j]! += damping * (gram[j * parameters + j]! || 1);
    const move = linearSolve(gram, right, 1);
    const trial = point.map((value, j) => value - move[j]!);
    const [next, nextSlopes] = [new Float64Array(count), new Float64Array(count * parameters)];
    residuals(trial, next, nextSlopes);
    const nextSquares = sumOfSquares(next);
    if (!(nextSquares < squares)) {
      damping *= 4;
      continue;
    }
    const done = squares - nextSquares < 1e-10 * squares;
    [point, at, slopes, squares] = [trial, next, nextSlopes, nextSquares];
    if (done) break;
    damping /= 5;
  }
  return { point, squares };
}

/** JᵀJ and Jᵀr. */
function normalEquations(residuals: Float64Array, slopes: Float64Array, parameters: number) {
  const gram = new Float64Array(parameters * parameters);
  const right = new Float64Array(parameters);
  for (let i = 0; i < residuals.length; i++)
    for (let j = 0; j < parameters; j++) {
      const slope = slopes[i * parameters + j]!;
      if (slope === 0) continue;
      right[j]! += slope * residuals[i]!;
      for (let k = 0; k <= j; k++) gram[j * parameters + k]! += slope * slopes[i * parameters + k]!;
    }
  for (let j = 0; j < parameters; j++)
    for (let k = 0; k < j; k++) gram[k * parameters + j] = gram[j * parameters + k]!;
  return { gram, right };
}

function sumOfSquares(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}
