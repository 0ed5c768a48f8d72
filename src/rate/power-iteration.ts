/**
 * The spectral norm of a symmetric matrix that is known by its products alone, by power iteration.
 *
 * ‖Hv‖ for unit vectors v ← Hv / ‖Hv‖ never falls and tends to the largest absolute eigenvalue from below, geometrically;
 * what is still missing is estimated from the last two differences (Aitken).
 */
import type { Random } from '../random.js';
import { dot, mapVector, type Vector } from './vector.js';

export interface SpectralNorm {
  /** The largest absolute eigenvalue. */
  value: number;
  products: number;
  /** Estimate of the relative error that is left; at most the tolerance when it converged. */
  relativeError: number;
  converged: boolean;
}

export interface PowerIterationOptions {
  /** Relative error aimed at. Default 0.005. */
  tolerance?: number;
  /** Products at most. Default 200. */
  most?: number;
}

/** Below this many products the differences say little: the start may hardly point towards the top eigenvector. */
const leastProducts = 10;

/**
 * @param product H·v
 * @param shape a vector whose names and lengths are those of v
 * @param random draws the start; a start without any part in the top eigenvector has probability 0
 */
export async function spectralNorm(
  product: (v: Vector) => Promise<Vector>,
  shape: Vector,
  random: Random,
  { tolerance = 0.005, most = 200 }: PowerIterationOptions = {},
): Promise<SpectralNorm> {
  let v = normalised(mapVector(shape, () => random.normal()));
  const norms: number[] = [];
  for (;;) {
    const next = await product(v);
    const norm = Math.sqrt(dot(next, next));
    norms.push(norm);
    const relativeError = missing(norms);
    const converged = norm === 0 || (norms.length >= leastProducts && relativeError <= tolerance);
    if (converged || norms.length === most)
      return { value: norm, products: norms.length, relativeError, converged };
    v = mapVector(next, (x) => x / norm);
  }
}

/** Aitken's estimate of limit / last − 1; with a ratio of 1 or more there is no limit in sight. */
function missing(norms: readonly number[]): number {
  if (norms.length < 3) return Number.POSITIVE_INFINITY;
  const [before, middle, last] = norms.slice(-3) as [number, number, number];
  const [earlier, later] = [Math.abs(middle - before), Math.abs(last - middle)];
  // Differences at the precision of the products are noise.
  if (later <= 1e-7 * last) return later / last;
  const ratio = later / earlier;
  return ratio >= 1 ? Number.POSITIVE_INFINITY : (later * ratio) / (1 - ratio) / last;
}

function normalised(v: Vector): Vector {
  const norm = Math.sqrt(dot(v, v));
  return mapVector(v, (x) => x / norm);
}
