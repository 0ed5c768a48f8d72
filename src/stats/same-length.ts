/** Guard of the statistics on paired samples. */

/** The common length of two paired samples; RangeError if they differ. */
export function requireSameLength(x: ArrayLike<number>, y: ArrayLike<number>): number {
  if (x.length !== y.length) {
    throw new RangeError(`paired samples: lengths differ, expected ${x.length}, got ${y.length}`);
  }
  return x.length;
}
