/** Cholesky factor of a positive definite matrix, by tiles. */
import { dotTile } from './dot-tile.js';

/** Rows of a tile; matrices are padded to a multiple of it. */
export const tileRows = 4;

/** n rounded up to whole tiles. */
export function paddedSize(n: number): number {
  return Math.ceil(n / tileRows) * tileRows;
}

/**
 * Replaces the lower triangle of `matrix` by L with L·Lᵀ = matrix, row-major, `size` × `size` with `size` a multiple of
 * four (pad with the identity). The upper triangle is left as it was.
 *
 * @returns false where the matrix is not positive definite to working precision; its content is then of no use
 */
export function factorInPlace(matrix: Float64Array, size: number): boolean {
  const tile = new Float64Array(8);
  for (let j = 0; j < size; j += 2) {
    const first = j - (j % tileRows);
    for (let i = first; i < size; i += tileRows) {
      dotTile(matrix, i, matrix, j, 0, j, size, tile);
      for (let r = 0; r < tileRows; r++) {
        const row = i + r;
        const at = row * size + j;
        if (row < j) continue;
        matrix[at]! -= tile[2 * r]!;
        if (row === j) {
          if (!(matrix[at]! > 0)) return false;
          matrix[at] = Math.sqrt(matrix[at]!);
          continue;
        }
        matrix[at]! /= matrix[j * size + j]!;
        matrix[at + 1]! -= tile[2 * r + 1]! + matrix[at]! * matrix[(j + 1) * size + j]!;
        if (row === j + 1) {
          if (!(matrix[at + 1]! > 0)) return false;
          matrix[at + 1] = Math.sqrt(matrix[at + 1]!);
        } else matrix[at + 1]! /= matrix[(j + 1) * size + j + 1]!;
      }
    }
  }
  return true;
}
