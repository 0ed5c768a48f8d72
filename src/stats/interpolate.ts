/** Linear interpolation of a trajectory, both ways. */
import { requireSameLength } from './same-length.js';

/**
 * y at x on the polyline through (xs, ys); the first or last y outside. NaN for an empty trajectory.
 *
 * @param xs ascending
 * @example interpolate([0, 10], [5, 3], 5) // 4
 */
export function interpolate(xs: ArrayLike<number>, ys: ArrayLike<number>, x: number): number {
  const n = requireSameLength(xs, ys);
  if (n === 0) return Number.NaN;
  if (x <= xs[0]!) return ys[0]!;
  for (let i = 1; i < n; i++) {
    if (x <= xs[i]!) return ys[i - 1]! + ((ys[i]! - ys[i - 1]!) * (x - xs[i - 1]!)) / (xs[i]! - xs[i - 1]!);
  }
  return ys[n - 1]!;
}

/**
 * The first x at which the polyline is at or below `level`: how many tokens a run needed to reach a loss. Undefined if
 * it never is. If the first point already is, that point's x.
 *
 * @param xs ascending
 * @example firstReach([0, 10, 20], [5, 3, 2], 4) // 5
 */
export function firstReach(xs: ArrayLike<number>, ys: ArrayLike<number>, level: number): number | undefined {
  const n = requireSameLength(xs, ys);
  for (let i = 0; i < n; i++) {
    if (!(ys[i]! <= level)) continue;
    if (i === 0) return xs[0]!;
    const [x0, y0, x1, y1] = [xs[i - 1]!, ys[i - 1]!, xs[i]!, ys[i]!];
    // A gap (NaN) before this point leaves nothing to interpolate from.
    return y0 > level ? x0 + ((x1 - x0) * (y0 - level)) / (y0 - y1) : x1;
  }
  return undefined;
}
