/** Products of small dense matrices, row-major float64. */

/** a·b of two n × n matrices. */
export function multiply(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const product = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let k = 0; k < n; k++) {
      const factor = a[i * n + k]!;
      for (let j = 0; j < n; j++) product[i * n + j]! += factor * b[k * n + j]!;
    }
  return product;
}

/** a·x of an n × n matrix and n values. */
export function apply(a: Float64Array, x: Float64Array): Float64Array {
  const n = x.length;
  return x.map((_, i) => {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += a[i * n + j]! * x[j]!;
    return sum;
  });
}

export function transpose(a: Float64Array, n: number): Float64Array {
  return a.map((_, at) => a[(at % n) * n + Math.floor(at / n)]!);
}

/** xᵀ·a·y. */
export function bilinear(x: Float64Array, a: Float64Array, y: Float64Array): number {
  return apply(a, y).reduce((sum, value, i) => sum + value * x[i]!, 0);
}

/** x − y. */
export function subtract(x: Float64Array, y: Float64Array): Float64Array {
  return x.map((value, i) => value - y[i]!);
}

/** x·xᵀ, n × n. */
export function outer(x: Float64Array): Float64Array {
  const n = x.length;
  return Float64Array.from({ length: n * n }, (_, at) => x[Math.floor(at / n)]! * x[at % n]!);
}
