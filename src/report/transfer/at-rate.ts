/** The recipes as the proxy has them at one learning rate, beside the tuned target. */
import type { TransferAnalysis } from '../../records.js';

export interface RecipeAtRate {
  recipe: string;
  /** First objective, in its units. */
  proxy: number;
  target: number;
}

/** Recipes that both were trained on and where neither diverged, in the order of the tuned target. */
export function recipesAtRate({ curves, tuned, objectives }: TransferAnalysis, rate: number): RecipeAtRate[] {
  const { name } = objectives[0]!;
  return tuned.flatMap(({ recipe, values }) => {
    const curve = curves.proxy.find((each) => each.recipe === recipe);
    const proxy = curve?.points.find(({ learningRate }) => learningRate === rate)?.value ?? null;
    const target = values[name] ?? null;
    return proxy === null || target === null ? [] : [{ recipe, proxy, target }];
  });
}
