/** How far two rankings of the same recipes agree. */
import type { Ranking } from '../records.js';
import { kendall, pairwiseAgreement, spearman } from '../stats/index.js';

export interface Agreement {
  /** Recipes that both rankings hold, best first by the first ranking. */
  recipes: string[];
  /** NaN, as the others, for fewer than two shared recipes. */
  spearman: number;
  /** τ-b. */
  kendall: number;
  /** Share of pairs that both order alike. */
  pairwise: number;
}

/** Compares mean losses, so that equal losses count as ties; the intervals play no part. */
export function agreement(a: Ranking, b: Ranking): Agreement {
  const other = new Map(b.recipes.map((each) => [each.recipe, each.lossNats]));
  const shared = a.recipes.filter((each) => other.has(each.recipe));
  const x = shared.map((each) => each.lossNats);
  const y = shared.map((each) => other.get(each.recipe)!);
  return {
    recipes: shared.map((each) => each.recipe),
    spearman: spearman(x, y),
    kendall: kendall(x, y),
    pairwise: pairwiseAgreement(x, y),
  };
}
