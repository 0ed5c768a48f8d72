/** How many seeds or documents a ranking needs: against SciPy's t, and against studies that get as many. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/random.js';
import { rank } from '../../src/ranking/index.js';
import { estimate } from '../../src/ranking/noise.js';
import { measureSeedVariance, seedsNeeded } from '../../src/ranking/seeds-needed.js';
import type { RunResult } from '../../src/records.js';
import { mean } from '../../src/stats/index.js';
import { simulateStudy } from './simulate.js';

const { losses, documents, expected } = JSON.parse(
  readFileSync(new URL('fixtures/seeds-needed.json', import.meta.url), 'utf8'),
) as {
  losses: number[][];
  documents: number[];
  expected: {
    seedDeviation: number;
    recipeDeviation: number;
    spearmanBetweenSeeds: number;
    topPair: number;
    pairs: Record<string, number>;
    documentsToSettle: number;
  };
};

describe('equal to SciPy (scripts/seeds-needed-scipy.py)', () => {
  const measured = measureSeedVariance(estimate(losses, []), 0.95)!;

  test('deviations, and the agreement of single seeds', () => {
    expect(measured.seedDeviation).toBeCloseTo(expected.seedDeviation, 12);
    expect(measured.recipeDeviation).toBeCloseTo(expected.recipeDeviation, 12);
    expect(measured.spearmanBetweenSeeds).toBeCloseTo(expected.spearmanBetweenSeeds, 12);
  });

  test('seeds for the two best, and for a share of pairs', () => {
    expect(measured.needed?.topPair).toBe(expected.topPair);
    for (const [share, seeds] of Object.entries(expected.pairs))
      expect(seedsNeeded(estimate(losses, []), 0.95, Number(share)).pairs.seeds).toBe(seeds);
  });

  test('documents for a tie on one seed', () => {
    const run = (recipe: string, losses: number[]): RunResult => {
      const tokens = Float64Array.from(losses, () => 7);
      const lossSumNats = tokens.map((t, i) => t * losses[i]!);
      const ids = losses.map((_, i) => String(i));
      return {
        ...{ id: recipe, recipe, seed: 0, steps: 1, tokens: 1, parameters: 1, seconds: 1, evaluations: [] },
        documents: { d: { ids, lossSumNats, tokens, bytes: tokens } },
      };
    };
    const runs = [
      run(
        'a',
        documents.map(() => 3),
      ),
      run(
        'b',
        documents.map((difference) => 3 + difference),
      ),
    ];
    const [pair] = rank(runs, { d: 1 }, Random.fromSeed(0)).pairs;
    expect(pair!.tie).toBe(true);
    expect(pair!.documentsToSettle).toBe(expected.documentsToSettle);
    expect(pair!.seedsToSettle).toBeUndefined();
  });
});

test('a ranking without noise of seeds needs two; one seed tells nothing', () => {
  const exact = [1, 2, 3].map((loss) => [loss, loss + 1]);
  expect(seedsNeeded(estimate(exact, []), 0.95)).toEqual({ topPair: 2, pairs: { share: 0.8, seeds: 2 } });
  expect(measureSeedVariance(estimate([[1], [2]], []), 0.95)).toBeUndefined();
});

test('what is out of reach is left out', () => {
  const equals = [
    [1, 2, 1.5],
    [1.1, 1.9, 1.5],
    [2, 1, 1.5],
  ];
  expect(seedsNeeded(estimate(equals, []), 0.95)).toEqual({ pairs: { share: 0.8 } });
});

/** Mean over simulated studies of what was found with as many seeds or documents as a first small study asked for. */
describe('studies that get what the first one asked for', () => {
  type Noise = { seedNoise: number; documentNoise: number; residualNoise?: number };
  const study = (effects: number[], seeds: number, count: number, noise: Noise, random: Random) =>
    rank(
      simulateStudy({ effects, seeds, documents: { mail: count }, ...noise }, random),
      { mail: 1 },
      random,
      { draws: 1 },
    );
  const settledShare = ({ pairs }: ReturnType<typeof rank>) =>
    pairs.filter(({ tie }) => !tie).length / pairs.length;

  test('settle about the share of pairs that was asked for', () => {
    const random = Random.fromSeed('needed');
    const settled: number[] = [];
    for (let k = 0; k < 100; k++) {
      const effects = Array.from({ length: 8 }, () => 0.02 * random.normal());
      const noise = { seedNoise: 0.005, documentNoise: 0.003 };
      const { seedVariance } = study(effects, 3, 20, noise, random);
      const seeds = seedVariance!.needed!.pairs.seeds;
      if (seeds !== undefined) settled.push(settledShare(study(effects, seeds, 20, noise, random)));
    }
    if (process.env.ASSAY_SHOW_COVERAGE) console.log(settled.length, mean(settled));
    expect(settled.length).toBeGreaterThan(95);
    expect(Math.abs(mean(settled) - 0.8)).toBeLessThan(0.06);
  });

  test('settle about half of the ties with as many documents, where the first one saw the true difference', () => {
    const random = Random.fromSeed('documents');
    const noise = { seedNoise: 0.0001, documentNoise: 0.03, residualNoise: 0.001 };
    let [ties, settled] = [0, 0];
    for (let k = 0; k < 800; k++) {
      const [pair] = study([0, 0.006], 3, 60, noise, random).pairs;
      if (Math.abs(pair!.differenceNats - 0.006) > 0.0006 || pair!.better !== 'recipe-0') continue;
      ties += Number(pair!.tie);
      settled += Number(!study([0, 0.006], 3, pair!.documentsToSettle!, noise, random).pairs[0]!.tie);
    }
    if (process.env.ASSAY_SHOW_COVERAGE) console.log(ties, settled / ties);
    expect(ties).toBeGreaterThan(40);
    expect(Math.abs(settled / ties - 0.5)).toBeLessThan(0.2);
  });
});
