/** Eigenvalues and eigenvectors of a small symmetric matrix, by Jacobi rotations. */

export interface SymmetricEigen {
  /** Ascending. */
  values: Float64Array;
  /** n × n, row-major: column j belongs to value j; orthonormal. */
  vectors: Float64Array;
}

/**
 * Cyclic Jacobi (Golub and Van Loan, Matrix Computations, 8.5): rotates each off-diagonal entry to 0 in turn until none
 * matters. Cubic in n a sweep; meant for n of at most a hundred or so.
 *
 * @param matrix n × n, row-major, symmetric
 */
export function symmetricEigen(matrix: Float64Array, n: number): SymmetricEigen {
  const a = Float64Array.from(matrix);
  const vectors = new Float64Array(n * n);
  for (let i = 0; i < n; i++) vectors[i * n + i] = 1;
  const size = Math.hypot(...a);
  for (let sweep = 0; sweep < 60 && offDiagonal(a, n) > 1e-15 * size; sweep++)
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, vectors, n, p, q);
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => a[i * n + i]! - a[j * n + j]!);
  return {
    values: Float64Array.from(order, (i) => a[i * n + i]!),
    vectors: vectors.map((_, at) => vectors[Math.floor(at / n) * n + order[at % n]!]!),
  };
}

function offDiagonal(a: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) if (i !== j) sum += a[i * n + j]! ** 2;
  return Math.sqrt(sum);
}

/** One rotation in the plane (p, q) that makes entry (p, q) vanish; the smaller of the two angles. */
function rotate(a: Float64Array, vectors: Float64Array, n: number, p: number, q: number): void {
  const entry = a[p * n + q]!;
  if (entry === 0) return;
  const theta = (a[q * n + q]! - a[p * n + p]!) / (2 * entry);
  const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const cosine = 1 / Math.hypot(tangent, 1);
  const sine = tangent * cosine;
  const turn = (m: Float64Array, i: number, j: number) => {
    const [x, y] = [m[i]!, m[j]!];
    m[i] = cosine * x - sine * y;
    m[j] = sine * x + cosine * y;
  };
  for (let k = 0; k < n; k++) turn(a, k * n + p, k * n + q);
  for (let k = 0; k < n; k++) turn(a, p * n + k, q * n + k);
  for (let k = 0; k < n; k++) turn(vectors, k * n + p, k * n + q);
}
