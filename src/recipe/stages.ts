/** The stages of a recipe meet the length of a run: whole steps for each stage, whole windows for each source. */
import { AssayError } from '../errors.js';
import type { RecipeStage, StageSpec } from '../records.js';
import { apportion } from './shares.js';

/**
 * @param name of the recipe, for the error
 * @param sources its sources, in the order in which equal remainders are served
 * @param steps of the run
 * @param batch windows of a step
 * @returns stages that add up to steps · batch windows; in each, a source is less than a window from its share
 * @throws AssayError (exit code data) when the run is so short that a stage has no step
 */
export function resolveStages(
  name: string,
  stages: readonly StageSpec[],
  sources: readonly string[],
  steps: number,
  batch: number,
): RecipeStage[] {
  const ends = stages.map(({ until }) => Math.round(until * steps));
  return stages.map(({ weights }, k) => {
    const length = ends[k]! - (ends[k - 1] ?? 0);
    if (length < 1) {
      throw new AssayError(`recipe "${name}"`, `stage ${k + 1} is shorter than a step`, {
        got: `${steps} steps in all`,
        fix: 'Train on more tokens (`proxy: { tokens: … }`), or make the stage longer.',
      });
    }
    const shares = sources.map((source) => weights[source] ?? 0);
    const windows = apportion(length * batch, shares);
    const total = shares.reduce((sum, share) => sum + share, 0);
    return {
      windows: length * batch,
      sources: sources.map((source, i) => ({
        source,
        share: shares[i]! / total,
        windows: windows[i]!,
      })),
    };
  });
}
