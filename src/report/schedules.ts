/** The schedules of recipes in stages, as the report shows them. */
import type { Recipe, Schedule } from '../records.js';

/** @param context tokens of a window */
export function schedulesOf(recipes: readonly Recipe[], context: number): Schedule[] {
  return recipes.flatMap(({ name, stages }) =>
    stages === undefined ? [] : { recipe: name, stages: stagesOf(stages, context) },
  );
}

function stagesOf(stages: NonNullable<Recipe['stages']>, context: number): Schedule['stages'] {
  const total = stages.reduce((sum, { windows }) => sum + windows, 0);
  let before = 0;
  return stages.map(({ windows, sources }) => {
    const from = before / total;
    before += windows;
    return {
      from,
      until: before / total,
      sources: sources.map(({ source, share, windows: own }) => ({
        source,
        share,
        realisedShare: own / windows,
        tokens: own * context,
      })),
    };
  });
}
