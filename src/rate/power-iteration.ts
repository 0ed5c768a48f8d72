/**
 * The spectral norm of a symmetric matrix that is known by its products alone, by power iteration.
 *
 * ‖Hv‖ for unit vectors v ← Hv / ‖Hv‖ never falls and tends to the largest absolute eigenvalue from below, geometrically;
 * what is still missing is estimated from the last two differences (Aitken).
 */
import { AssayError, ExitCode } from '../errors.js';
import type { Derivatives } from './derivatives.js';

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
 * @param product H·v, a new vector
 * @param start is used up; one without any part in the top eigenvector, which is drawn with probability 0, ends elsewhere
 * @throws AssayError (exit code study) when a product is not finite
 */
export async function spectralNorm<V>(
  space: Pick<Derivatives<V>, 'innerProduct' | 'scale' | 'release'>,
  product: (v: V) => Promise<V>,
  start: V,
  { tolerance = 0.005, most = 200 }: PowerIterationOptions = {},
): Promise<SpectralNorm> {
  const normOf = async (v: V): Promise<number> => {
    const norm = Math.sqrt(await space.innerProduct(v, v));
    if (Number.isFinite(norm)) return norm;
    throw new AssayError('curvature', 'a product with the matrix of second derivatives is not finite', {
      got: String(norm),
      fix: 'The warm-up may have diverged: name a learning rate instead of `tiny`.',
      exitCode: ExitCode.study,
    });
  };
  let v = start;
  await space.scale(v, 1 / (await normOf(v)));
  const norms: number[] = [];
  for (;;) {
    const next = await product(v);
    await space.release(v);
    const norm = await normOf(next);
    norms.push(norm);
    const relativeError = missing(norms);
    const converged = norm === 0 || (norms.length >= leastProducts && relativeError <= tolerance);
    if (converged || norms.length === most) {
      await space.release(next);
      return { value: norm, products: norms.length, relativeError, converged };
    }
    v = next;
    await space.scale(v, 1 / norm);
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
