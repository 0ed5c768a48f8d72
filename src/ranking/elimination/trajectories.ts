/** Loss over training, lined up: recipe by seed by validation. What elimination decides on, wherever it comes from. */

export interface Trajectories {
  recipes: string[];
  /** Optimizer steps of the validations, ascending, none before the first step. */
  steps: number[];
  /** Objective, nats per token, [recipe][seed][validation]; a run that is less far than others has fewer. */
  lossNats: number[][][];
}

/** The part that is known at a step, of some of the recipes. */
export function upTo(of: Trajectories, step: number, recipes: readonly string[]): Trajectories {
  const steps = of.steps.filter((each) => each <= step);
  const rows = recipes.map((recipe) => of.lossNats[of.recipes.indexOf(recipe)]!);
  return {
    recipes: [...recipes],
    steps,
    lossNats: rows.map((seeds) => seeds.map((losses) => losses.slice(0, steps.length))),
  };
}

/** Losses of every run at a step, [recipe][seed]. */
export function lossesAt(of: Trajectories, step: number): number[][] {
  const at = of.steps.indexOf(step);
  return of.lossNats.map((seeds) => seeds.map((losses) => losses[at]!));
}
