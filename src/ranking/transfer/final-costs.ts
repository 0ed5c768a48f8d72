/** Where the runs of a setting ended: one cost a recipe and seed. */
import { mean } from '../../stats/index.js';
import { costAt, lastStep, type Objective } from './objective.js';
import type { Setting } from './settings.js';

/** Of one recipe in one setting; lower is better. */
export interface SeedCosts {
  seeds: string[];
  /** One a seed. */
  costs: number[];
  mean: number;
}

/**
 * A run whose last step lies below this share of the setting's longest run was stopped early, and says nothing about
 * the end. Recipes of unequal size end some steps apart.
 */
const finishedShare = 0.99;

/** Finished runs only; recipes in the order of the runs. */
export function finalCosts(setting: Setting, objective: Objective): Map<string, SeedCosts> {
  const ends = setting.runs.map((run) => lastStep(run, objective));
  const longest = Math.max(...ends.map((step) => step ?? 0));
  const byRecipe = new Map<string, SeedCosts>();
  setting.runs.forEach((run, i) => {
    const step = ends[i];
    if (step === undefined || step < finishedShare * longest) return;
    const recipe = byRecipe.get(run.recipe) ?? { seeds: [], costs: [], mean: Number.NaN };
    recipe.seeds.push(run.seed);
    recipe.costs.push(costAt(run, objective, step)!);
    byRecipe.set(run.recipe, recipe);
  });
  for (const recipe of byRecipe.values()) recipe.mean = mean(recipe.costs);
  return byRecipe;
}

/** A cost in units of its objective; null where the run diverged. */
export function inUnits(cost: number, { sign }: Objective): number | null {
  return Number.isFinite(cost) ? cost * sign : null;
}
