/** Recipes meet the data: whole windows per source that add up to the run's windows, or a clear refusal. */
import { AssayError } from '../errors.js';
import type { Recipe, RecipeSpec } from '../records.js';
import type { Selection } from './drop-counts.js';
import { apportion } from './shares.js';
import { resolveStages } from './stages.js';

/**
 * Tokens that the selection of each recipe offers, by recipe and by source or part: its documents without those held
 * out, an end-of-text token after each.
 */
export type AvailableTokens = Record<string, Record<string, number>>;

/** Of one recipe; a `Selection` says it. */
type DroppedBySource = Record<string, Pick<Selection, 'dropped'>>;

/**
 * @param recipes as the study writes them, by name
 * @param windows windows of a run, the same for every recipe
 * @param context a window is context + 1 tokens
 * @param dropped what the selections leave out and why, by recipe and source, so that an error can say it
 * @param batch windows of an optimizer step: a stage of a recipe is whole steps. Default 1
 * @throws AssayError (exit code data) that names every source of every recipe that has too few tokens, and how many; and
 *   for a stage without a step
 */
export function resolveRecipes(
  recipes: Record<string, RecipeSpec>,
  available: AvailableTokens,
  windows: number,
  context: number,
  dropped: Record<string, DroppedBySource> = {},
  batch = 1,
): Recipe[] {
  const resolved = Object.entries(recipes).map(([name, spec]) =>
    resolveRecipe(name, spec, available[name]!, windows, context, dropped[name] ?? {}, batch),
  );
  const lacking = resolved
    .map((recipe) => lack(recipe, windows, context, dropped[recipe.name] ?? {}))
    .filter((text) => text !== undefined);
  if (lacking.length === 0) return resolved;
  const fix =
    'Train on fewer tokens (`proxy: { tokens: … }`), let windows repeat (`{ weight: …, repeat: 2 }`), or change the shares.';
  throw new AssayError('data', `too few tokens for ${lacking.join('; ')}`, { fix });
}

/** Natural shares follow the whole windows that each source holds, so that a recipe never asks for one too many. */
function resolveRecipe(
  name: string,
  spec: RecipeSpec,
  tokens: Record<string, number>,
  windows: number,
  context: number,
  dropped: DroppedBySource,
  batch: number,
): Recipe {
  const wanted = Object.entries(spec.sources)
    .map(([source, { weight, repeat }]) => {
      const availableWindows = Math.floor(tokens[source]! / (context + 1));
      const share = spec.kind === 'natural' ? availableWindows : weight!;
      return { source, weight: share, repeat, availableWindows };
    })
    // By name, so that a recipe is the same however it is written down: equal remainders go to the first.
    .sort((a, b) => (a.source < b.source ? -1 : 1));
  const total = wanted.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) {
    const names = wanted.map(({ source }) => `${source}${leftOut(dropped[source])}`);
    throw new AssayError(`recipe "${name}"`, 'none of its sources holds a whole window', {
      expected: `at least ${context + 1} tokens in one of: ${names.join(', ')}`,
    });
  }
  const stages =
    spec.stages &&
    resolveStages(
      name,
      spec.stages,
      wanted.map(({ source }) => source),
      windows / batch,
      batch,
    );
  const parts = stages
    ? wanted.map((_, i) => stages.reduce((sum, { sources }) => sum + sources[i]!.windows, 0))
    : apportion(
        windows,
        wanted.map(({ weight }) => weight),
      );
  return {
    name,
    sources: wanted.map(({ source, weight, repeat, availableWindows }, i) => ({
      source,
      share: weight / total,
      windows: parts[i]!,
      realisedShare: parts[i]! / windows,
      availableWindows,
      repeat,
    })),
    ...(stages && { stages }),
  };
}

/** The reason that takes most, as a clause. */
function leftOut(selection: DroppedBySource[string] | undefined): string {
  const [most] = [...(selection?.dropped ?? [])].sort((a, b) => b.tokens - a.tokens);
  return most === undefined
    ? ''
    : ` after ${most.tokens.toLocaleString('en')} were dropped by "${most.reason}"`;
}

/** What a recipe lacks, as a clause; undefined when the data suffice. */
function lack(
  recipe: Recipe,
  windows: number,
  context: number,
  dropped: DroppedBySource,
): string | undefined {
  const tokens = (count: number): string => Math.ceil(count * (context + 1)).toLocaleString('en');
  const short = recipe.sources.filter(
    ({ windows, availableWindows, repeat }) => windows > availableWindows * repeat,
  );
  if (short.length === 0) return undefined;
  const clauses = short.map(({ source, windows, availableWindows, repeat }) => {
    const holds = `${tokens(availableWindows)}${repeat > 1 ? ` × ${repeat}` : ''}`;
    const enough =
      availableWindows > 0 ? `, \`repeat: ${Math.ceil(windows / availableWindows)}\` would do` : '';
    return `source "${source}" lacks ${tokens(windows - availableWindows * repeat)} tokens (needs ${tokens(windows)}, holds ${holds}${leftOut(dropped[source])}${enough})`;
  });
  const most = Math.min(
    ...recipe.sources.map((s) => (s.share > 0 ? (s.availableWindows * s.repeat) / s.share : Infinity)),
  );
  const fits = `; these shares fit ${tokens(Math.floor(Math.min(most, windows)))} tokens`;
  return `recipe "${recipe.name}": ${clauses.join(', ')}${fits}`;
}
