/** Systems of linear equations, dense and small. */

/**
 * X with `matrix` · X = `right`, by elimination with row pivoting; both row-major, n × n and n × `columns`, and left as
 * they are. A system that is singular to rounding gives values that are not finite.
 *
 * @example linearSolve(Float64Array.of(2, 1, 1, 3), Float64Array.of(3, 5), 1) // [0.8, 1.4]
 */
export function linearSolve(matrix: Float64Array, right: Float64Array, columns: number): Float64Array {
  const n = right.length / columns;
  const width = n + columns;
  const rows = Array.from({ length: n }, (_, i) => {
    const row = new Float64Array(width);
    row.set(matrix.subarray(i * n, (i + 1) * n));
    row.set(right.subarray(i * columns, (i + 1) * columns), n);
    return row;
  });
  for (let pivot = 0; pivot < n; pivot++) {
    let largest = pivot;
    for (let i = pivot + 1; i < n; i++)
      if (Math.abs(rows[i]![pivot]!) > Math.abs(rows[largest]![pivot]!)) largest = i;
    [rows[pivot], rows[largest]] = [rows[largest]!, rows[pivot]!];
    const source = rows[pivot]!;
    for (let i = 0; i < n; i++) {
      const factor = rows[i]![pivot]! / source[pivot]!;
      if (i === pivot || factor === 0) continue;
      const row = rows[i]!;
      for (let j = pivot; j < width; j++) row[j]! -= factor * source[j]!;
    }
  }
  const solution = new Float64Array(right.length);
  rows.forEach((row, i) => {
    for (let j = 0; j < columns; j++) solution[i * columns + j] = row[n + j]! / row[i]!;
  });
  return solution;
}
