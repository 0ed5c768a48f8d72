/**
 * The function space of the simulation: trigonometric polynomials on the circle.
 *
 * Inputs are x = (cos t, sin t) and first-layer weights u = (cos a, sin a), so a feature is σ(<u, x>) = σ(cos(t − a)).
 * With σ = Σ_k s_k T_k (Chebyshev polynomials, T_k(cos z) = cos kz) it equals <s(a), ψ(t)> in the basis
 * ψ(t) = (1, cos t, sin t, …, cos pt, sin pt), of n = 2p + 1 functions. Every function that such a network can express is
 * <w, ψ>, and every population loss is a quadratic form in w: nothing has to be estimated from a validation sample.
 */

/** Chebyshev coefficients s_0 … s_p of the activation; none may be 0, or its frequency could not be learned. */
export type Activation = readonly number[];

/** The number of basis functions, 2p + 1. */
export function basisSize(activation: Activation): number {
  return 2 * activation.length - 1;
}

/** Writes ψ(t), n values, to `out` from `at`. */
export function basisAt(t: number, n: number, out: Float64Array, at = 0): void {
  const [c, s] = [Math.cos(t), Math.sin(t)];
  out[at] = 1;
  let [ck, sk] = [1, 0];
  for (let j = 1; j < n; j += 2) {
    [ck, sk] = [ck * c - sk * s, sk * c + ck * s];
    out[at + j] = ck;
    out[at + j + 1] = sk;
  }
}

/** Frequency of basis function j: 0, 1, 1, 2, 2, … */
export function frequency(j: number): number {
  return (j + 1) >> 1;
}

/** <w, ψ(t)>. */
export function evaluate(w: Float64Array, t: number): number {
  const basis = new Float64Array(w.length);
  basisAt(t, w.length, basis);
  return basis.reduce((sum, value, j) => sum + value * w[j]!, 0);
}

/** The feature of the first-layer weight at angle a, as coefficients of ψ: s(a)_j = s_k ψ_j(a). */
export function featureCoefficients(activation: Activation, a: number): Float64Array {
  const feature = new Float64Array(basisSize(activation));
  basisAt(a, feature.length, feature);
  return feature.map((value, j) => value * activation[frequency(j)]!);
}

/** E_t[ψ_j²] for t uniform on the circle: 1 for the constant, 1/2 for every other basis function. */
export function basisPower(j: number): number {
  return j === 0 ? 1 : 0.5;
}
