/** Top-k decision regret. */
import { requireSameLength } from './same-length.js';

/**
 * What is lost by tuning only the k recipes that the proxy ranks best: min over those of the target's loss minus its
 * min over all recipes (arXiv 2512.24503, Δ(k)). 0 means that the best recipe was among the k. For scores where more
 * is better, such as accuracy, negate both. Recipes tied in the proxy are taken in the order given. NaN for an empty
 * sample or if any value is NaN.
 *
 * @param proxy loss of each recipe by the proxy
 * @param target loss of each recipe by the tuned target
 * @param k recipes kept, 1 or more
 * @throws RangeError if the samples differ in length, or k is below 1
 * @example topKRegret([1, 2, 3], [5, 4, 6], 1) // 1: the proxy picks the first, the second is better by 1
 */
export function topKRegret(proxy: ArrayLike<number>, target: ArrayLike<number>, k: number): number {
  const n = requireSameLength(proxy, target);
  if (!(k >= 1)) throw new RangeError(`top-k regret: expected k of at least 1, got ${k}`);
  const order = Array.from({ length: n }, (_, i) => i);
  if (n === 0 || order.some((i) => Number.isNaN(proxy[i]) || Number.isNaN(target[i]))) return Number.NaN;
  order.sort((a, b) => proxy[a]! - proxy[b]!);
  const best = (indices: number[]) => indices.reduce((least, i) => Math.min(least, target[i]!), Infinity);
  return best(order.slice(0, k)) - best(order);
}
