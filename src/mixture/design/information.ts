/** What a design tells about the coefficients of a linear model, kept up to date while its points are exchanged. */
import { linearSolve } from '../linear-solve.js';

/** Added to the diagonal of XᵀX, so that terms that no point has do not make it singular. */
const ridge = 1e-10;

export class Information {
  /** [candidates] xᵀ(XᵀX)⁻¹x: the variance of a prediction at each candidate, in units of the noise's variance. */
  readonly variances: Float64Array;
  /** [terms, terms] (XᵀX)⁻¹ */
  private readonly inverse: Float64Array;
  private readonly terms: number;

  /**
   * @param rows [candidates] of [terms]
   * @param design the candidates that X holds
   */
  constructor(
    private readonly rows: readonly Float64Array[],
    design: readonly number[],
  ) {
    const terms = rows[0]!.length;
    const matrix = new Float64Array(terms * terms);
    const identity = new Float64Array(terms * terms);
    for (let i = 0; i < terms; i++) {
      identity[i * terms + i] = 1;
      matrix[i * terms + i] = ridge;
    }
    for (const point of design) addOuter(matrix, rows[point]!, 1);
    this.terms = terms;
    this.inverse = linearSolve(matrix, identity, terms);
    this.variances = Float64Array.from(rows, (row) => dot(row, this.timesInverse(row)));
  }

  /** [candidates] xᵀ(XᵀX)⁻¹y of every candidate x with the candidate y. */
  covariancesWith(candidate: number): Float64Array {
    const projected = this.timesInverse(this.rows[candidate]!);
    return Float64Array.from(this.rows, (row) => dot(row, projected));
  }

  /** Adds the candidate to X (`sign` 1) or takes it out (−1), by the formula of Sherman and Morrison. */
  add(candidate: number, sign: 1 | -1): void {
    const projected = this.timesInverse(this.rows[candidate]!);
    const scale = -sign / (1 + sign * this.variances[candidate]!);
    addOuter(this.inverse, projected, scale);
    this.rows.forEach((row, i) => {
      this.variances[i]! += scale * dot(row, projected) ** 2;
    });
  }

  private timesInverse(row: Float64Array): Float64Array {
    const { terms, inverse } = this;
    const product = new Float64Array(terms);
    for (let i = 0; i < terms; i++) product[i] = dot(inverse.subarray(i * terms, (i + 1) * terms), row);
    return product;
  }
}

function addOuter(matrix: Float64Array, vector: Float64Array, scale: number): void {
  const n = vector.length;
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) matrix[i * n + j]! += scale * vector[i]! * vector[j]!;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
