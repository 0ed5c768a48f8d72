/**
 * The losses of all ranked runs, lined up: recipe by seed by validation document.
 *
 * Only seeds that every ranked recipe finished are kept, so that every difference is paired. A recipe without a
 * finished run is listed as failed. If the finished seeds have none in common, the recipe with the fewest is listed as
 * failed too, until the others share one.
 */
import { AssayError } from '../errors.js';
import type { DocumentLosses, RunResult } from '../records.js';

export interface Panel {
  /** In the order in which the results name them. */
  recipes: string[];
  /** Ascending. */
  seeds: number[];
  /** [recipe][seed] */
  runs: RunResult[][];
  failed: { recipe: string; reason: string }[];
}

/** @throws AssayError if a recipe has two runs of a seed, or the runs were not validated on the same documents. */
export function alignRuns(results: readonly RunResult[], domains: readonly string[]): Panel {
  const finished = new Map<string, Map<number, RunResult>>();
  const failed: Panel['failed'] = [];
  for (const run of results) {
    const seeds = finished.get(run.recipe) ?? new Map<number, RunResult>();
    finished.set(run.recipe, seeds);
    if (failureOf(run, domains) !== undefined) continue;
    if (seeds.has(run.seed)) {
      throw new AssayError(`ranking of recipe "${run.recipe}"`, 'two results for one run', {
        expected: `one result of seed ${run.seed}`,
        got: 'two',
      });
    }
    seeds.set(run.seed, run);
  }
  for (const [recipe, seeds] of finished) {
    if (seeds.size > 0) continue;
    finished.delete(recipe);
    const run = results.find((each) => each.recipe === recipe)!;
    failed.push({ recipe, reason: failureOf(run, domains) ?? 'no finished run' });
  }

  let seeds = sharedSeeds(finished);
  while (seeds.length === 0 && finished.size > 0) {
    const [recipe] = [...finished].reduce((least, next) => (next[1].size <= least[1].size ? next : least));
    finished.delete(recipe);
    failed.push({ recipe, reason: 'no finished seed in common with the other recipes' });
    seeds = sharedSeeds(finished);
  }

  const recipes = [...finished.keys()];
  const runs = recipes.map((recipe) => seeds.map((seed) => finished.get(recipe)!.get(seed)!));
  const reference = runs[0]?.[0];
  if (reference) for (const run of runs.flat()) requireSameDocuments(run, reference, domains);
  return { recipes, seeds, runs, failed };
}

function failureOf(run: RunResult, domains: readonly string[]): string | undefined {
  if (run.failure !== undefined) return run.failure;
  const broken = domains.find((domain) =>
    run.documents[domain]?.lossSumNats.some((loss) => !Number.isFinite(loss)),
  );
  return broken === undefined ? undefined : `the validation loss on "${broken}" is not a finite number`;
}

function sharedSeeds(finished: Map<string, Map<number, RunResult>>): number[] {
  const rows = [...finished.values()];
  return [...(rows[0]?.keys() ?? [])]
    .filter((seed) => rows.every((row) => row.has(seed)))
    .sort((a, b) => a - b);
}

function requireSameDocuments(run: RunResult, reference: RunResult, domains: readonly string[]): void {
  for (const domain of domains) {
    const documents = run.documents[domain];
    const expected = reference.documents[domain];
    const subject = `ranking: validation domain "${domain}" of run ${run.id}`;
    if (!documents || !expected || documents.ids.length === 0) {
      throw new AssayError(subject, 'no document losses', { expected: 'at least one document', got: 'none' });
    }
    const at = firstMismatch(documents, expected);
    if (at === undefined) continue;
    throw new AssayError(subject, `documents differ from those of run ${reference.id}`, {
      expected: describe(expected, at),
      got: describe(documents, at),
      fix: 'Runs of one study share their validation documents: rank runs of one study only.',
    });
  }
}

function firstMismatch(a: DocumentLosses, b: DocumentLosses): number | undefined {
  const length = Math.max(a.ids.length, b.ids.length);
  for (let i = 0; i < length; i++) {
    if (a.ids[i] !== b.ids[i] || a.tokens[i] !== b.tokens[i] || a.bytes[i] !== b.bytes[i]) return i;
  }
  return undefined;
}

function describe(documents: DocumentLosses, at: number): string {
  return at < documents.ids.length
    ? `document ${documents.ids[at]} of ${documents.tokens[at]} tokens at position ${at}`
    : `no document at position ${at}`;
}
