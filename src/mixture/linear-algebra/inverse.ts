/** Inverse of a positive definite matrix from its Cholesky factor, by tiles. */
import { dotTile } from './dot-tile.js';
import { tileRows } from './factor.js';

/**
 * Uᵀ = L⁻¹: row j of the result holds column j of the inverse of `lower`, so that both factors of every product below
 * are contiguous rows. `size` is a multiple of four.
 */
export function invertFactor(lower: Float64Array, size: number): Float64Array {
  const upper = new Float64Array(size * size);
  const tile = new Float64Array(8);
  for (let i = 0; i < size; i += tileRows)
    for (let j = 0; j < i + tileRows; j += 2) {
      // L·L⁻¹ = I: row i of L⁻¹ follows from the rows above it. Those within the tile are added one by one.
      dotTile(lower, i, upper, j, Math.min(j, i), i, size, tile);
      for (let r = 0; r < tileRows; r++)
        for (let c = 0; c < 2; c++) {
          const [row, column] = [i + r, j + c];
          if (row < column) continue;
          let value = (row === column ? 1 : 0) - tile[2 * r + c]!;
          for (let k = i; k < row; k++) value -= lower[row * size + k]! * upper[column * size + k]!;
          upper[column * size + row] = value / lower[row * size + row]!;
        }
    }
  return upper;
}

/** The whole symmetric inverse U·Uᵀ from what `invertFactor` gives. */
export function inverseFromFactor(upper: Float64Array, size: number): Float64Array {
  const inverse = new Float64Array(size * size);
  const tile = new Float64Array(8);
  for (let i = 0; i < size; i += tileRows)
    for (let j = 0; j < i + tileRows; j += 2) {
      dotTile(upper, i, upper, j, i, size, size, tile);
      for (let r = 0; r < tileRows; r++)
        for (let c = 0; c < 2; c++) {
          inverse[(i + r) * size + j + c] = tile[2 * r + c]!;
          inverse[(j + c) * size + i + r] = tile[2 * r + c]!;
        }
    }
  return inverse;
}
