/** Two rankings compared on the recipes that both have. */
import { spearman } from '../../stats/index.js';

/** Spearman correlation of costs by recipe; NaN for fewer than two recipes in common. */
export function correlationOfShared(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  const shared = [...a].filter(([recipe]) => b.has(recipe));
  return spearman(
    shared.map(([, cost]) => cost),
    shared.map(([recipe]) => b.get(recipe)!),
  );
}
