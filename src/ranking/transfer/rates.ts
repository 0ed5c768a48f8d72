/** Learning rate against learning rate, and loss against learning rate: every other hyperparameter tuned per recipe. */
import type { HeatMap, RateCurve } from '../../records.js';
import { inUnits } from './final-costs.js';
import type { Objective } from './objective.js';
import { rateOf, ratesOf, type Setting } from './settings.js';
import { correlationOfShared } from './shared-recipes.js';
import { tuneRecipes } from './tune.js';

/** By rate: each recipe's mean cost in its best setting of that rate. */
type RateCosts = Map<number, Map<string, number>>;

function costsByRate(settings: readonly Setting[], objective: Objective): RateCosts {
  return new Map(
    ratesOf(settings).map((rate) => {
      const tuned = tuneRecipes(
        settings.filter((setting) => rateOf(setting) === rate),
        objective,
      );
      return [rate, new Map([...tuned].map(([recipe, { final }]) => [recipe, final.mean]))];
    }),
  );
}

/** Settings without a learning rate are left out. */
export function heatMap(
  proxy: readonly Setting[],
  target: readonly Setting[],
  objective: Objective,
): HeatMap {
  const [rows, columns] = [costsByRate(proxy, objective), costsByRate(target, objective)];
  return {
    proxyRates: [...rows.keys()],
    targetRates: [...columns.keys()],
    spearman: [...rows.values()].map((row) =>
      [...columns.values()].map((column) => correlationOfShared(row, column)),
    ),
  };
}

/** One curve a recipe, in the order of the runs. */
export function rateCurves(settings: readonly Setting[], objective: Objective): RateCurve[] {
  const byRate = costsByRate(settings, objective);
  const recipes = [...new Set([...byRate.values()].flatMap((costs) => [...costs.keys()]))];
  return recipes.map((recipe) => {
    const points = [...byRate].flatMap(([learningRate, costs]) =>
      costs.has(recipe) ? [{ learningRate, cost: costs.get(recipe)! }] : [],
    );
    const best = points.reduce((least, point) => (point.cost < least.cost ? point : least));
    return {
      recipe,
      points: points.map(({ learningRate, cost }) => ({ learningRate, value: inUnits(cost, objective) })),
      best: best.learningRate,
      atEdge: points.length > 1 && (best === points[0] || best === points.at(-1)),
    };
  });
}
