/** How much each row counts: a run known to be noisy counts less. */

/** Noises below this share of their root mean square count as that much: one row shall not be all that is fitted. */
const smallestNoise = 0.1;

/**
 * [rows] Inverse variances with mean 1, in 32 bits as LightGBM holds them; all 1 where no noise is known.
 *
 * @param noise [rows] known standard deviations, at least 0
 */
export function weightsOf(rows: number, noise: Float64Array | undefined): Float64Array {
  const meanVariance = noise === undefined ? 0 : noise.reduce((sum, value) => sum + value ** 2, 0) / rows;
  if (noise === undefined || meanVariance === 0) return new Float64Array(rows).fill(1);
  const precisions = noise.map((value) => 1 / Math.max(value ** 2, smallestNoise ** 2 * meanVariance));
  const mean = precisions.reduce((sum, value) => sum + value, 0) / rows;
  return precisions.map((value) => Math.fround(value / mean));
}
