/** Recipes meet the data: whole windows per source that add up to the run's windows, or a clear refusal. */
import { AssayError } from '../errors.js';
import type { Recipe, RecipeSpec } from '../records.js';
import { apportion } from './shares.js';

/** What a source offers to training, held-out documents and their copies not counted. */
export interface AvailableSource {
  source: string;
  /** Tokens of the documents, an end-of-text token after each. */
  tokens: number;
}

/**
 * @param recipes as the study writes them, by name
 * @param windows windows of a run, the same for every recipe
 * @param context a window is context + 1 tokens
 * @throws AssayError (exit code data) that names every source of every recipe that has too few tokens, and how many
 */
export function resolveRecipes(
  recipes: Record<string, RecipeSpec>,
  sources: readonly AvailableSource[],
  windows: number,
  context: number,
): Recipe[] {
  const resolved = Object.entries(recipes).map(([name, spec]) =>
    resolveRecipe(name, spec, sources, windows, context),
  );
  const lacking = resolved
    .map((recipe) => lack(recipe, windows, context))
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
  sources: readonly AvailableSource[],
  windows: number,
  context: number,
): Recipe {
  const available = new Map(
    sources.map(({ source, tokens }) => [source, Math.floor(tokens / (context + 1))]),
  );
  const unsorted =
    spec.kind === 'shares'
      ? Object.entries(spec.shares).map(([source, { weight, repeat }]) => ({ source, weight, repeat }))
      : sources
          .filter(({ source }) => !spec.without.includes(source))
          .map(({ source }) => ({ source, weight: available.get(source)!, repeat: 1 }));
  // By name, so that a recipe is the same however it is written down: equal remainders go to the first.
  const wanted = unsorted.sort((a, b) => (a.source < b.source ? -1 : 1));
  const total = wanted.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0)
    throw new AssayError(`recipe "${name}"`, 'none of its sources holds a whole window', {
      expected: `at least ${context + 1} tokens in one of: ${wanted.map(({ source }) => source).join(', ')}`,
    });
  const parts = apportion(
    windows,
    wanted.map(({ weight }) => weight),
  );
  return {
    name,
    sources: wanted.map(({ source, weight, repeat }, i) => ({
      source,
      share: weight / total,
      windows: parts[i]!,
      realisedShare: parts[i]! / windows,
      availableWindows: available.get(source) ?? 0,
      repeat,
    })),
  };
}

/** What a recipe lacks, as a clause; undefined when the data suffice. */
function lack(recipe: Recipe, windows: number, context: number): string | undefined {
  const tokens = (count: number): string => Math.ceil(count * (context + 1)).toLocaleString('en');
  const short = recipe.sources.filter(
    ({ windows, availableWindows, repeat }) => windows > availableWindows * repeat,
  );
  if (short.length === 0) return undefined;
  const clauses = short.map(({ source, windows, availableWindows, repeat }) => {
    const holds = `${tokens(availableWindows)}${repeat > 1 ? ` × ${repeat}` : ''}`;
    const enough =
      availableWindows > 0 ? `, \`repeat: ${Math.ceil(windows / availableWindows)}\` would do` : '';
    return `source "${source}" lacks ${tokens(windows - availableWindows * repeat)} tokens (needs ${tokens(windows)}, holds ${holds}${enough})`;
  });
  const most = Math.min(
    ...recipe.sources.map((s) => (s.share > 0 ? (s.availableWindows * s.repeat) / s.share : Infinity)),
  );
  const fits = `; these shares fit ${tokens(Math.floor(Math.min(most, windows)))} tokens`;
  return `recipe "${recipe.name}": ${clauses.join(', ')}${fits}`;
}
