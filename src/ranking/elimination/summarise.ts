/** From the decisions at the rungs to what they saved and risked. */
import type { EliminateSpec, Elimination, EliminationRung } from '../../records.js';

/**
 * @param recipes all of them, in the order of the study
 * @param rungs decisions so far
 */
export function summarise(
  spec: EliminateSpec,
  recipes: readonly string[],
  rungs: readonly EliminationRung[],
): Elimination {
  const stopped = rungs
    .flatMap((rung) => rung.recipes.filter((each) => each.stopped).map((each) => ({ ...each, rung })))
    .sort((a, b) => b.rung.step - a.rung.step || a.lossNats - b.lossNats);
  const names = new Set(stopped.map(({ recipe }) => recipe));
  return {
    keep: spec.keep,
    confidence: spec.confidence,
    rungs: [...rungs],
    kept: recipes.filter((recipe) => !names.has(recipe)),
    stopped: stopped.map(({ recipe, lossNats, probabilityTop, rung }) => ({
      recipe,
      step: rung.step,
      share: rung.share,
      lossNats,
      reason: reasonFor(rung, lossNats, probabilityTop, spec.keep),
    })),
    savedShare: stopped.reduce((sum, { rung }) => sum + 1 - rung.share, 0) / Math.max(1, recipes.length),
    risk: stopped.reduce((sum, { probabilityBest }) => sum + probabilityBest, 0),
  };
}

function reasonFor(rung: EliminationRung, lossNats: number, probability: number, keep: number): string {
  const behind = lossNats - rung.recipes[0]!.lossNats;
  const chance = probability < 0.001 ? 'under 0.1 %' : `${(100 * probability).toFixed(1)} %`;
  return (
    `after ${Math.round(100 * rung.share)} % of the training ${behind.toPrecision(2)} nats behind the best, ` +
    `probability of ending among the best ${keep}: ${chance}`
  );
}
