/** The document orders of all runs of a study: for a key, each source is sorted once, whatever recipes choose from it. */
import type { PartSpec, Recipe } from '../records.js';
import type { DocumentColumns } from '../validation/index.js';
import { type DocumentOrder, orderKey, writeOrders } from './order.js';
import type { Selections } from './select-recipes.js';

export interface OrderInput {
  /** Folder of all orders. */
  folder: string;
  recipes: readonly Recipe[];
  parts: Record<string, PartSpec>;
  /** By recipe, then by source or part. */
  selections: Selections;
  /** By source. */
  sources: Record<string, { store: { source: string; hash: string }; documents: DocumentColumns }>;
  seeds: number;
  order: 'paired' | 'independent';
  signal?: AbortSignal;
}

/** @returns by recipe and seed: the order of each of the recipe's sources and parts, by name */
export async function orderRecipes(
  input: OrderInput,
): Promise<Record<string, Record<string, DocumentOrder>[]>> {
  const { folder, recipes, parts, selections, sources, seeds, order, signal } = input;
  const orders = Object.fromEntries(
    recipes.map(({ name }) => [
      name,
      Array.from({ length: seeds }, (): Record<string, DocumentOrder> => ({})),
    ]),
  );
  for (const [source, { store, documents }] of Object.entries(sources)) {
    const uses = recipes.flatMap((recipe) =>
      recipe.sources
        .filter(({ source: name }) => (parts[name]?.of ?? name) === source)
        .map(({ source: name }) => ({
          recipe: recipe.name,
          name,
          kept: selections[recipe.name]![name]!.kept,
        })),
    );
    for (let seed = 0; seed < seeds; seed++) {
      const keys = new Set(uses.map(({ recipe }) => orderKey(order, seed, recipe)));
      for (const key of keys) {
        signal?.throwIfAborted();
        const alike = uses.filter(({ recipe }) => orderKey(order, seed, recipe) === key);
        const kept = alike.map((use) => use.kept);
        const written = await writeOrders(folder, store, documents, kept, key);
        for (const [i, { recipe, name }] of alike.entries()) orders[recipe]![seed]![name] = written[i]!;
      }
    }
  }
  return orders;
}
