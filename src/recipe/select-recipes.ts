/** The selections of all recipes of a study: each source is scanned once, and equal selections are one. */
import { AssayError } from '../errors.js';
import type { PartSpec, RecipeSpec } from '../records.js';
import type { SelectableSource, Selection } from './drop-counts.js';
import { selectDocuments } from './select.js';

/** By recipe, then by source or part. Recipes that select alike share the object. */
export type Selections = Record<string, Record<string, Selection>>;

/**
 * @param recipes as the study writes them, by name
 * @param parts the views that recipes may name like sources
 * @param sources by name
 * @throws AssayError as `selectDocuments`, and for a recipe with two parts that have a document in common
 */
export async function selectForRecipes(
  recipes: Record<string, RecipeSpec>,
  parts: Record<string, PartSpec>,
  sources: Record<string, SelectableSource>,
): Promise<Selections> {
  const wanted = Object.entries(recipes).flatMap(([recipe, spec]) =>
    Object.entries(spec.sources).map(([name, { where }]) => {
      const part = Object.hasOwn(parts, name) ? parts[name] : undefined;
      const conditions = [...new Set([...(part?.where ?? []), ...where])];
      return { recipe, name, source: part?.of ?? name, conditions, key: JSON.stringify(conditions) };
    }),
  );
  const selections: Selections = Object.fromEntries(Object.keys(recipes).map((recipe) => [recipe, {}]));
  for (const [source, table] of Object.entries(sources)) {
    const here = wanted.filter((one) => one.source === source);
    const lists = new Map(here.map(({ key, conditions }) => [key, conditions]));
    const selected = await selectDocuments(table, [...lists.values()]);
    const byKey = new Map([...lists.keys()].map((key, i) => [key, selected[i]!]));
    for (const { recipe, name, key } of here) selections[recipe]![name] = byKey.get(key)!;
    for (const recipe of Object.keys(recipes)) {
      const names = here.filter((one) => one.recipe === recipe).map(({ name }) => name);
      refuseOverlap(recipe, names, selections[recipe]!);
    }
  }
  return selections;
}

/** A run must not meet a document twice because two names of its recipe stand for it. */
function refuseOverlap(
  recipe: string,
  parts: readonly string[],
  selections: Record<string, Selection>,
): void {
  for (const [i, one] of parts.entries()) {
    for (const other of parts.slice(i + 1)) {
      const { kept } = selections[other]!;
      const both = selections[one]!.kept.reduce((n, bit, row) => n + (bit & kept[row]!), 0);
      if (both === 0) continue;
      const documents = both.toLocaleString('en');
      throw new AssayError(`recipe "${recipe}"`, `"${one}" and "${other}" share ${documents} documents`, {
        expected: 'parts without a document in common',
        fix: 'Give one of them the opposite condition of the other.',
      });
    }
  }
}
