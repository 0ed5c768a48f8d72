/** Vectors over all parameters of a model: an array a parameter, sums in float64. */

export type Vector = ReadonlyMap<string, Float32Array>;

/** aᵀb. */
export function dot(a: Vector, b: Vector): number {
  let total = 0;
  for (const [name, x] of a) {
    const y = b.get(name)!;
    for (let i = 0; i < x.length; i++) total += x[i]! * y[i]!;
  }
  return total;
}

/** aᵀ·diag(metric)·b, and aᵀb without a metric. */
export function innerProduct(a: Vector, b: Vector, metric?: Vector): number {
  if (metric === undefined) return dot(a, b);
  let total = 0;
  for (const [name, x] of a) {
    const y = b.get(name)!;
    const m = metric.get(name)!;
    for (let i = 0; i < x.length; i++) total += x[i]! * m[i]! * y[i]!;
  }
  return total;
}

export function mapVector(v: Vector, change: (x: number, name: string, i: number) => number): Vector {
  return new Map(
    [...v].map(([name, values]) => [name, values.map((value, i) => change(value, name, i))] as const),
  );
}

/** a + factor·b, in place of a. */
export function addTo(a: Map<string, Float32Array>, b: Vector, factor: number): void {
  for (const [name, x] of a) {
    const y = b.get(name)!;
    for (let i = 0; i < x.length; i++) x[i]! += factor * y[i]!;
  }
}

export function zerosLike(v: Vector): Map<string, Float32Array> {
  return new Map([...v].map(([name, { length }]) => [name, new Float32Array(length)]));
}
