/** Search by moving shares from one domain to another: needs no slopes, so it also improves on fits made of steps. */
import { isWithin } from './limits.js';
import { costsAt, type Problem } from './problem.js';

/** Shares that are moved, largest first. */
const amounts = [0.05, 0.02, 0.005, 0.001];
const movesPerAmount = 30;

/** [domains] A mixture within the limits that costs no more than the given one, which is within them. */
export function improveByTransfers(problem: Problem, mixture: Float64Array): Float64Array {
  let best = mixture;
  let cost = costsAt(problem, [best])[0]!;
  for (const amount of amounts)
    for (let moves = 0; moves < movesPerAmount; moves++) {
      const moved = transfersFrom(best, amount, problem);
      if (moved.length === 0) break;
      const costs = costsAt(problem, moved);
      const lowest = costs.reduce((least, value, i) => (value < costs[least]! ? i : least), 0);
      if (!(costs[lowest]! < cost - 1e-9)) break;
      [best, cost] = [moved[lowest]!, costs[lowest]!];
    }
  return best;
}

/** Every mixture that is one transfer away, of the amount or of what the bounds leave of it. */
function transfersFrom(mixture: Float64Array, amount: number, { limits }: Problem): Float64Array[] {
  const moved: Float64Array[] = [];
  for (let from = 0; from < mixture.length; from++)
    for (let to = 0; to < mixture.length; to++) {
      const share = Math.min(amount, mixture[from]! - limits.lower[from]!, limits.upper[to]! - mixture[to]!);
      if (from === to || !(share > 1e-9)) continue;
      const next = mixture.slice();
      next[from]! -= share;
      next[to]! += share;
      if (isWithin(next, limits)) moved.push(next);
    }
  return moved;
}
