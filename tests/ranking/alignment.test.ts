/** The second ranking: by accumulated gradient alignment, and what it says about the first. */
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/random.js';
import {
  accumulatedAlignment,
  alignmentMetric,
  analyseTransfer,
  rank,
  rankByAlignment,
} from '../../src/ranking/index.js';
import type { AlignmentMetric, RunResult } from '../../src/records.js';
import { simulateStudy } from './simulate.js';

const weights = { mail: 0.75, code: 0.25 };

/** A line every 100 steps, the last one of 50; the product of every line with both domains. */
const linesOf = (mail: number, code = mail): AlignmentMetric[] =>
  [1, 101, 201].map((step) => ({
    kind: 'alignment',
    step,
    tokens: step * 1000,
    steps: step === 201 ? 50 : 100,
    reach: step === 201 ? 0.01 : 0.1,
    domains: { mail, code },
  }));

/** Recipes with losses that are far apart; alignments by recipe and seed. */
function study(effects: number[], alignments: number[][]): RunResult[] {
  const seeds = alignments[0]!.length;
  const documents = { mail: 60, code: 40 };
  const runs = simulateStudy(
    { effects, seeds, documents, seedNoise: 0.002, documentNoise: 0.01 },
    Random.fromSeed('alignment'),
  );
  return runs.map((run, i) => ({
    ...run,
    alignments: linesOf(alignments[Math.floor(i / seeds)]![i % seeds]!),
  }));
}
const ranked = (runs: RunResult[]) => rank(runs, weights, Random.fromSeed(0));
const both = (runs: RunResult[]) => rankByAlignment(runs, ranked(runs));

describe('recipes ranked by gradient alignment', () => {
  test('have the sum over all steps, weighted like the objective, and the same times the rates', () => {
    const runs = study(
      [0, 0.5],
      [
        [2, 4],
        [1, 1],
      ],
    );
    runs[0]!.alignments = linesOf(2, 6);
    const found = both(runs)!;
    expect(found).toMatchObject({ steps: 250, seeds: 2 });
    expect(found.spearman).toBeCloseTo(1, 12);
    const [best, worst] = found.recipes;
    // Seed 0: 0.75 · 2 + 0.25 · 6 = 3.
    expect(best).toMatchObject({ recipe: 'recipe-0', rank: 1, seedAlignment: [750, 1000], alignment: 875 });
    expect(best!.dropNats).toBeCloseTo((0.21 * (3 + 4)) / 2, 12);
    expect(worst).toMatchObject({ recipe: 'recipe-1', rank: 2, alignment: 250 });
    expect(found.disagreement).toBeUndefined();
  });

  test('share a rank when they are equal', () => {
    const found = both(study([0, 0.5, 1], [[3], [1], [1]]))!;
    expect(found.recipes.map(({ rank }) => rank)).toEqual([1, 2, 2]);
  });

  test('disagree with their losses where a settled pair is the other way round, and say in how many seeds', () => {
    const runs = study(
      [0, 0.5, 1],
      [
        [5, 5, 5],
        [1, 1, 4],
        [2.1, 2.1, 2.1],
      ],
    );
    const found = both(runs)!;
    expect(found.spearman).toBeCloseTo(0.5, 12);
    expect(found.disagreement!.settledPairs).toBe(3);
    expect(found.disagreement!.pairs).toHaveLength(1);
    const [pair] = found.disagreement!.pairs;
    expect(pair).toMatchObject({ better: 'recipe-1', worse: 'recipe-2', seeds: 2 });
    expect(pair!.differenceNats).toBeCloseTo(0.5, 1);
  });

  test('do not disagree about pairs that are ties', () => {
    const runs = study(
      [0, 0, 1],
      [
        [2, 2],
        [3, 3],
        [1, 1],
      ],
    );
    const ranking = ranked(runs);
    expect(ranking.pairs.filter(({ tie }) => tie)).toHaveLength(1);
    expect(rankByAlignment(runs, ranking)!.disagreement).toBeUndefined();
    // Turned around, one of the two orders is wrong.
    const [first] = ranking.recipes;
    const turned = runs.map((run) => ({
      ...run,
      alignments: linesOf(run.recipe === first!.recipe ? 2 : run.recipe === 'recipe-2' ? 1 : 3),
    }));
    expect(rankByAlignment(turned, ranking)!.disagreement).toBeUndefined();
  });

  test('correlate with the losses of each domain alone', () => {
    const runs = study([0, 0.5, 1], [[3], [2], [1]]);
    for (const [i, run] of runs.entries()) run.alignments = linesOf(3 - i, i);
    expect(both(runs)!.domainSpearman).toEqual({ mail: 1, code: -1 });
  });

  test('count runs of other lengths as far as the shortest', () => {
    const runs = study([0, 0.5], [[1], [2]]);
    runs[1]!.alignments = runs[1]!.alignments!.slice(0, 1);
    const found = both(runs)!;
    expect(found.steps).toBe(100);
    expect(found.recipes.map(({ alignment }) => alignment)).toEqual([200, 100]);
  });

  test('are not ranked where fewer than two were measured, or failed ones would count', () => {
    const runs = study([0, 0.5], [[1], [2]]);
    expect(both(runs.map(({ alignments: _, ...run }) => run))).toBeUndefined();
    const ranking = ranked(runs);
    expect(rankByAlignment([runs[0]!, { ...runs[1]!, failure: 'diverged' }], ranking)).toBeUndefined();
  });
});

test('the accumulated alignment of proxies predicts the tuned target in the analysis of transfer', () => {
  const runs = study([0, 0.5, 1], [[3], [2], [1]]);
  // The proxy's losses are the other way round than the target's, its alignments are not.
  const trained = ['proxy', 'target'].flatMap((model) =>
    runs.map((run, r) => ({
      recipe: run.recipe,
      model,
      seed: '0',
      hyperparameters: { learningRate: 0.001 },
      measured: {
        mail: {
          steps: Float64Array.of(250),
          values: Float64Array.of(model === 'proxy' ? -r : r),
        },
        [alignmentMetric.name]: accumulatedAlignment(run, weights)!,
      },
    })),
  );
  const metrics = [{ name: 'mail', better: 'lower' as const, weight: 1 }, alignmentMetric];
  const analysis = analyseTransfer(
    { metrics, runs: trained },
    { proxy: 'proxy', target: 'target', random: Random.fromSeed(0) },
  );
  expect(analysis.objectives.map(({ name }) => name)).toEqual(['mail', 'gradient alignment']);
  const [setting] = analysis.settings;
  // Fig. 28b: the proxy's alignment against the target's loss; Fig. 28a: against the target's alignment.
  expect(setting!.predicts).toEqual({ mail: -1, 'gradient alignment': 1 });
  expect(setting!.transfer['gradient alignment']!.spearman.value).toBeCloseTo(1, 12);
});
