/** The tuned target: for each recipe the setting in which it did best, and whether the grid ended there. */
import type { TunedRecipe } from '../../records.js';
import { finalCosts, type SeedCosts } from './final-costs.js';
import type { Objective } from './objective.js';
import type { Setting } from './settings.js';

export interface Tuned {
  setting: Setting;
  /** By the objective that it was tuned by. */
  final: SeedCosts;
  settings: number;
  atEdge: TunedRecipe['atEdge'];
}

/** Each recipe with the setting of least mean cost; the first of equals. A recipe without a finished run is absent. */
export function tuneRecipes(settings: readonly Setting[], objective: Objective): Map<string, Tuned> {
  const tried = new Map<string, { setting: Setting; final: SeedCosts }[]>();
  for (const setting of settings) {
    for (const [recipe, final] of finalCosts(setting, objective))
      tried.set(recipe, [...(tried.get(recipe) ?? []), { setting, final }]);
  }
  const tuned = new Map<string, Tuned>();
  for (const [recipe, grid] of tried) {
    const best = grid.reduce((least, each) => (each.final.mean < least.final.mean ? each : least));
    const points = grid.map(({ setting }) => setting);
    tuned.set(recipe, { ...best, settings: grid.length, atEdge: edges(best.setting, points) });
  }
  return tuned;
}

/** Hyperparameters of which more than one value was tried, and `best` has the smallest or largest. */
function edges(best: Setting, grid: readonly Setting[]): TunedRecipe['atEdge'] {
  return Object.entries(best.hyperparameters).flatMap(([hyperparameter, value]) => {
    const values = grid.flatMap((setting) => setting.hyperparameters[hyperparameter] ?? []);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    if (low === high || (value !== low && value !== high)) return [];
    return [{ hyperparameter, side: value === low ? ('low' as const) : ('high' as const) }];
  });
}
