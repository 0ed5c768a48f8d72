/** Standard normal distribution. */

/**
 * P(Z ≤ z), to about 15 digits: the series around 0 of Marsaglia (2004) and, in the tails, the continued fraction of
 * Mills' ratio. NaN for NaN.
 *
 * @example normalCdf(1.959963984540054) // 0.975
 */
export function normalCdf(z: number): number {
  if (Number.isNaN(z)) return Number.NaN;
  if (Math.abs(z) > 3) return z < 0 ? tail(-z) : 1 - tail(z);
  let term = z;
  let total = z;
  for (let k = 3; Math.abs(term) > 1e-17 * Math.abs(total); k += 2) {
    term *= (z * z) / k;
    total += term;
  }
  return 0.5 + total * normalDensity(z);
}

/** Density of the standard normal distribution at z. */
export function normalDensity(z: number): number {
  return Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
}

/**
 * The z with P(Z ≤ z) = p, p in [0, 1]: ±∞ at 0 and 1, NaN outside. Newton steps on `normalCdf` from a rational start
 * (Abramowitz and Stegun 26.2.23).
 *
 * @example normalQuantile(0.975) // 1.959963984540054
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  if (p === 0 || p === 1) return p === 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (p > 0.5) return -normalQuantile(1 - p);
  const t = Math.sqrt(-2 * Math.log(p));
  let z =
    (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
  for (let i = 0; i < 20; i++) {
    const step = (normalCdf(z) - p) / normalDensity(z);
    z -= step;
    if (Math.abs(step) <= 1e-15 * Math.max(1, Math.abs(z))) break;
  }
  return z;
}

/** P(Z > z) for z > 3, relative precision kept. */
function tail(z: number): number {
  let ratio = z;
  for (let k = 200; k >= 1; k--) ratio = z + k / ratio;
  return normalDensity(z) / ratio;
}
