/** The kernel of random features, as a matrix in the basis ψ: K(x, x') = ψ(x)ᵀ·G·ψ(x'). */
import type { Random } from '../random.js';
import { cholesky } from '../stats/index.js';
import { type Activation, basisPower, basisSize, featureCoefficients, frequency } from './harmonics.js';
import { multiply, transpose } from './matrix.js';
import { type SymmetricEigen, symmetricEigen } from './symmetric-eigen.js';

/** G of the infinite width, Eq. (12) of the paper, for u uniform on the circle: diagonal, s_k²·E[ψ_j²]. */
export function infiniteWidthKernel(activation: Activation): Float64Array {
  const n = basisSize(activation);
  const kernel = new Float64Array(n * n);
  for (let j = 0; j < n; j++) kernel[j * n + j] = activation[frequency(j)]! ** 2 * basisPower(j);
  return kernel;
}

/** G of one random first layer of `width` units drawn uniformly from the circle: (1/m) Σ s(a_i)·s(a_i)ᵀ. */
export function randomKernel(activation: Activation, width: number, random: Random): Float64Array {
  const n = basisSize(activation);
  const kernel = new Float64Array(n * n);
  for (let unit = 0; unit < width; unit++) {
    const feature = featureCoefficients(activation, 2 * Math.PI * random.uniform());
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) kernel[i * n + j]! += (feature[i]! * feature[j]!) / width;
  }
  return kernel;
}

/**
 * Spectrum of the integral operator f ↦ E_x'[K(·, x')·f(x')] on the space that the features span, Eq. (35): the
 * eigenvalues of G·C, found from the symmetric LᵀCL with G = LLᵀ, which has the same ones.
 *
 * @param moment C = E[ψψᵀ] of the input density
 */
export function operatorSpectrum(kernel: Float64Array, moment: Float64Array, n: number): SymmetricEigen {
  const root = cholesky(kernel, n);
  return symmetricEigen(multiply(transpose(root, n), multiply(moment, root, n), n), n);
}
