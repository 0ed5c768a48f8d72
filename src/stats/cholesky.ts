/** Square root of a covariance matrix. */

/**
 * Lower triangular L with L·Lᵀ = `matrix`, n × n, row-major. Covariances estimated by subtraction can miss being
 * positive semi-definite by a little: a pivot that is not positive gives a column of zeros instead of NaN, which drops
 * that direction. Use L times independent standard normals to draw with this covariance.
 *
 * @example cholesky(Float64Array.of(4, 2, 2, 5), 2) // [2, 0, 1, 2]
 */
export function cholesky(matrix: Float64Array, n: number): Float64Array {
  const lower = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    let pivot = matrix[j * n + j]!;
    for (let k = 0; k < j; k++) pivot -= lower[j * n + k]! ** 2;
    // Relative to the diagonal: what rounding leaves of a direction that is not there.
    if (!(pivot > 1e-12 * matrix[j * n + j]!)) continue;
    const root = Math.sqrt(pivot);
    lower[j * n + j] = root;
    for (let i = j + 1; i < n; i++) {
      let value = matrix[i * n + j]!;
      for (let k = 0; k < j; k++) value -= lower[i * n + k]! * lower[j * n + k]!;
      lower[i * n + j] = value / root;
    }
  }
  return lower;
}
