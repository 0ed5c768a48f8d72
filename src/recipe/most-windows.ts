/** How long runs may be before a recipe lacks text. */
import type { RecipeSpec, StageSpec } from '../records.js';
import type { AvailableTokens } from './resolve.js';

/**
 * Windows of context + 1 tokens that a run of every recipe can have, so that `resolveRecipes` refuses none.
 * @param recipes as the study writes them, by name
 */
export function mostWindows(
  recipes: Record<string, RecipeSpec>,
  available: AvailableTokens,
  context: number,
): number {
  return Math.min(...Object.entries(recipes).map(([name, spec]) => mostOf(spec, available[name]!, context)));
}

function mostOf(spec: RecipeSpec, tokens: Record<string, number>, context: number): number {
  const sources = Object.entries(spec.sources).map(([source, { weight, repeat }]) => {
    const windows = Math.floor(tokens[source]! / (context + 1));
    return { weight: spec.kind === 'natural' ? windows : weight!, usable: windows * repeat };
  });
  const total = sources.reduce((sum, { weight }) => sum + weight, 0);
  const fits = sources.flatMap(({ weight, usable }) => (weight > 0 ? [(usable * total) / weight] : []));
  if (fits.length === 0) return 0;
  if (spec.stages !== undefined) return mostInStages(spec.stages, sources);
  // Shares are rounded to whole windows, up by one at most.
  const rounding =
    sources.length > 1 ? Math.max(...sources.map(({ weight }) => (weight > 0 ? total / weight : 0))) : 0;
  return Math.max(0, Math.floor(Math.min(...fits) - rounding));
}

/** A run that is as long as it can be has this many steps at least. */
const leastSteps = 100;

/** Whole windows cost a source up to one a stage, and whole steps move each end of a stage by up to half a step. */
function mostInStages(
  stages: readonly StageSpec[],
  sources: readonly { weight: number; usable: number }[],
): number {
  const moved = (stages.length - 1) / (2 * leastSteps);
  const fits = sources.map(({ weight, usable }) => (usable - stages.length) / (weight + moved));
  return Math.max(0, Math.floor(Math.min(...fits)));
}
