/** Simulated studies with known effects: what the ranking is checked on. */
import type { Random } from '../../src/random.js';
import type { DocumentLosses, RunResult } from '../../src/records.js';

export interface Simulation {
  /** True mean loss of each recipe, nats per token, before the documents of the sample are drawn. */
  effects: number[];
  seeds: number;
  /** Documents of each validation domain. */
  documents: Record<string, number>;
  /** Standard deviation of a run's own noise (recipe × seed), nats per token. */
  seedNoise: number;
  /** Standard deviation over documents of what a recipe does to a document (recipe × document), nats per token. */
  documentNoise: number;
  /** The same for recipe × seed × document; default a third of `documentNoise`. */
  residualNoise?: number;
}

/**
 * Loss per token of a document = domain + difficulty of the document + seed + recipe + recipe × seed + recipe × document +
 * recipe × seed × document. Lengths are log-normal, and the mean loss does not depend on them, so that the true
 * difference of two recipes is the difference of their effects.
 */
export function simulateStudy(of: Simulation, random: Random): RunResult[] {
  const residual = of.residualNoise ?? of.documentNoise / 3;
  const recipes = of.effects.map((_, r) => `recipe-${r}`);
  const runs: RunResult[] = recipes.flatMap((recipe) =>
    Array.from({ length: of.seeds }, (_, seed) => ({
      id: `${recipe}-seed-${seed}`,
      recipe,
      seed,
      steps: 300,
      tokens: 1_000_000,
      parameters: 100_000,
      seconds: 1,
      evaluations: [],
      documents: {} as Record<string, DocumentLosses>,
    })),
  );
  const seedMain = Array.from({ length: of.seeds }, () => 0.01 * random.normal());
  const offsets = runs.map((run) => seedMain[run.seed]! + of.seedNoise * random.normal());
  Object.entries(of.documents).forEach(([domain, count], d) => {
    const tokens = Float64Array.from({ length: count }, () =>
      Math.ceil(300 * Math.exp(0.7 * random.normal())),
    );
    const ids = Array.from(tokens, (_, i) => `${domain}-${i}`);
    const bytes = tokens.map((t) => 4 * t);
    const difficulty = Float64Array.from(tokens, () => 0.5 * random.normal());
    const taste = recipes.map(() => Float64Array.from(tokens, () => of.documentNoise * random.normal()));
    runs.forEach((run, k) => {
      const r = Math.floor(k / of.seeds);
      const lossSumNats = tokens.map(
        (t, i) =>
          t *
          (3 +
            d +
            difficulty[i]! +
            of.effects[r]! +
            offsets[k]! +
            taste[r]![i]! +
            residual * random.normal()),
      );
      run.documents[domain] = { ids: [...ids], tokens, bytes, lossSumNats };
    });
  });
  return runs;
}
