/** How far a proposal lies from the mixtures that were trained: far from them, a fit is a guess. */
import { quantile } from '../../stats/index.js';

export interface DesignDistance {
  /** Share of tokens that would have to change domain to make the proposal the nearest trained mixture. */
  nearest: number;
  /** The same from one trained mixture to its nearest other: the median, and the 95 % quantile. */
  median: number;
  high: number;
  /** Whether the proposal is further out than 95 % of the trained mixtures are from each other. */
  isFar: boolean;
  /** Indices of domains whose share is above every trained one. */
  above: number[];
}

export function distanceToDesign(mixture: Float64Array, trained: readonly Float64Array[]): DesignDistance {
  const nearest = nearestOf(mixture, trained);
  const among = distancesAmong(trained);
  const [median, high] = among.length === 0 ? [0, 0] : [quantile(among, 0.5), quantile(among, 0.95)];
  const above = [...mixture.keys()].filter((i) => trained.every((other) => other[i]! < mixture[i]!));
  return { nearest, median, high, isFar: nearest > high, above };
}

/** From each trained mixture to its nearest other; repeats of one mixture are left out. */
export function distancesAmong(trained: readonly Float64Array[]): number[] {
  return trained.map((one) => nearestOf(one, trained)).filter((distance) => distance > 0);
}

function nearestOf(one: Float64Array, others: readonly Float64Array[]): number {
  return others.reduce(
    (least, other) => (other === one ? least : Math.min(least, moved(one, other))),
    Infinity,
  );
}

function moved(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!);
  return sum / 2;
}
