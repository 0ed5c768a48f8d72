/** Logarithm of the gamma function. */

/**
 * ln Γ(x) for x > 0, to about 15 digits: Stirling's series (Abramowitz and Stegun 6.1.41) after shifting the
 * argument to 10 or more. NaN for x ≤ 0 or NaN.
 *
 * @example logGamma(5) // ln 24 = 3.178…
 */
export function logGamma(x: number): number {
  if (!(x > 0)) return Number.NaN;
  let product = 1;
  let z = x;
  // The product of up to ten factors below 10 cannot overflow.
  while (z < 10) {
    product *= z;
    z += 1;
  }
  const inverse = 1 / z;
  const square = inverse * inverse;
  const series =
    inverse *
    (1 / 12 -
      square *
        (1 / 360 -
          square * (1 / 1260 - square * (1 / 1680 - square * (1 / 1188 - (square * 691) / 360360)))));
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series - Math.log(product);
}
