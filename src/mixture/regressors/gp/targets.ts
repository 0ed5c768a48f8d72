/**
 * What a Gaussian process fits in place of the losses: they bend towards a floor, so the logarithm of the distance to a
 * floor below the least of them is often closer to Gaussian. Which one is chosen by evidence.
 */

/** A floor's distance below the least target, in ranges of the targets; Infinity: the targets themselves. */
export type FloorDistance = number;
export const floorDistances: readonly FloorDistance[] = [Infinity, 1, 0.3, 0.1];

export interface TargetTransform {
  /** −Infinity: no logarithm is taken. */
  floor: number;
  /** Mean and standard deviation of the transformed targets: the process sees them standardised. */
  centre: number;
  spread: number;
}

export function targetTransform(targets: Float64Array, distance: FloorDistance): TargetTransform {
  let [least, most] = [Infinity, -Infinity];
  for (const target of targets) {
    least = Math.min(least, target);
    most = Math.max(most, target);
  }
  const range = most - least;
  const floor = distance < Infinity && range > 0 ? least - distance * range : -Infinity;
  const values = targets.map((y) => raise(floor, y));
  const centre = values.reduce((sum, z) => sum + z, 0) / values.length;
  const square = values.reduce((sum, z) => sum + (z - centre) ** 2, 0) / values.length;
  // Below 1e-12 of the mean it is rounding that differs.
  const spread = Math.sqrt(square) > 1e-12 * Math.abs(centre) ? Math.sqrt(square) : 1;
  return { floor, centre, spread };
}

/** [rows] Standardised transformed targets. */
export function transformTargets(
  { floor, centre, spread }: TargetTransform,
  targets: Float64Array,
): Float64Array {
  return targets.map((y) => (raise(floor, y) - centre) / spread);
}

/** dz/dy at each target, z standardised: what a standard deviation of y is multiplied by, to first order. */
export function targetSlopes({ floor, spread }: TargetTransform, targets: Float64Array): Float64Array {
  return targets.map((y) => (floor === -Infinity ? 1 : 1 / (y - floor)) / spread);
}

/** The target at a standardised transformed value: of the median, where the process is Gaussian. */
export function restoreTarget({ floor, centre, spread }: TargetTransform, z: number): number {
  const value = centre + spread * z;
  return floor === -Infinity ? value : floor + Math.exp(value);
}

function raise(floor: number, y: number): number {
  return floor === -Infinity ? y : Math.log(y - floor);
}
