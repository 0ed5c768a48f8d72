/**
 * Recipes that are one recipe under several names: every document has bit for bit the same loss in every run.
 *
 * They count once when noise is estimated (a copy brings no new information about it), differ by exactly 0, and share
 * the probability of being best.
 */
import type { Panel } from './panel.js';

export interface Grouped {
  /** One recipe of each group. */
  panel: Panel;
  /** Index of the group of each recipe of the full panel. */
  group: number[];
  /** Names in each group. */
  sizes: number[];
}

export function groupIdentical(panel: Panel, domains: readonly string[]): Grouped {
  const first: number[] = [];
  const sizes: number[] = [];
  const group = panel.recipes.map((_, r) => {
    let at = first.findIndex((other) => identical(panel, other, r, domains));
    if (at < 0) {
      at = first.push(r) - 1;
      sizes.push(0);
    }
    sizes[at]!++;
    return at;
  });
  const distinct = {
    ...panel,
    recipes: first.map((r) => panel.recipes[r]!),
    runs: first.map((r) => panel.runs[r]!),
  };
  return { panel: distinct, group, sizes };
}

function identical(panel: Panel, a: number, b: number, domains: readonly string[]): boolean {
  return panel.seeds.every((_, s) =>
    domains.every((domain) => {
      const x = panel.runs[a]![s]!.documents[domain]!.lossSumNats;
      const y = panel.runs[b]![s]!.documents[domain]!.lossSumNats;
      for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return false;
      return true;
    }),
  );
}
