import { describe, expect, test } from 'vitest';
import { AssayError } from '../../src/errors.js';
import { Random } from '../../src/random.js';
import { agreement, rank } from '../../src/ranking/index.js';
import type { EvaluationMetric, Ranking, RunResult } from '../../src/records.js';
import { simulateStudy } from './simulate.js';

const weights = { mail: 0.5, code: 0.5 };
const documents = { mail: 60, code: 40 };
const noise = { seedNoise: 0.004, documentNoise: 0.02 };

function study(effects: number[], seeds = 3, name = 'study'): RunResult[] {
  return simulateStudy({ effects, seeds, documents, ...noise }, Random.fromSeed(name));
}
const draw = () => Random.fromSeed('probability');
const names = (ranking: Ranking) => ranking.recipes.map((each) => each.recipe);
const total = (values: number[]) => values.reduce((sum, value) => sum + value, 0);

function pair(ranking: Ranking, better: string, worse: string) {
  const found = ranking.pairs.find((each) => each.better === better && each.worse === worse);
  if (!found) throw new Error(`no pair ${better} < ${worse}`);
  return found;
}

describe('losses', () => {
  test('a domain is Σ loss / Σ tokens, the objective its weighted mean, and seeds are averaged', () => {
    const run = (recipe: string, seed: number, mail: number[], code: number[]): RunResult => ({
      ...study([0], 1)[0]!,
      id: `${recipe}-${seed}`,
      recipe,
      seed,
      documents: {
        mail: {
          ids: ['a', 'b'],
          lossSumNats: Float64Array.from(mail),
          tokens: Float64Array.of(1, 3),
          bytes: Float64Array.of(2, 6),
        },
        code: {
          ids: ['c', 'd'],
          lossSumNats: Float64Array.from(code),
          tokens: Float64Array.of(2, 2),
          bytes: Float64Array.of(8, 8),
        },
      },
    });
    const ranking = rank(
      [
        run('x', 0, [1, 7], [4, 8]),
        run('x', 1, [2, 8], [6, 8]),
        run('y', 0, [1, 3], [2, 4]),
        run('y', 1, [1, 5], [4, 2]),
      ],
      { mail: 1, code: 3 },
      draw(),
    );
    // x: mail 2 and 2.5, code 3 and 3.5; y: mail 1 and 1.5, code 1.5 and 1.5.
    expect(ranking.weights).toEqual({ mail: 0.25, code: 0.75 });
    expect(names(ranking)).toEqual(['y', 'x']);
    expect(ranking.recipes[1]!.seedLossNats).toEqual([2.75, 3.25]);
    expect(ranking.recipes[1]!.lossNats).toBe(3);
    expect(ranking.recipes[0]!.seedLossNats).toEqual([1.375, 1.5]);
    expect(ranking.recipes[1]!.bitsPerByte).toBeCloseTo((0.25 * (9 / 8) + 0.75 * (13 / 16)) / Math.LN2, 14);
    expect(ranking.domains.mail!.recipes.map((each) => each.lossNats)).toEqual([1.25, 2.25]);
    expect(pair(ranking, 'y', 'x').differenceNats).toBeCloseTo(3 - 1.4375, 14);
  });

  test('one domain, one document weight and pure seed noise give the textbook paired t interval', () => {
    // Every document has the same loss per token, so that only seeds are noisy.
    const seeds = [0.1, 0.3, 0.2];
    const runs = ['x', 'y'].flatMap((recipe) =>
      seeds.map((shift, seed) => {
        const tokens = Float64Array.of(5, 5, 5, 5);
        const loss = recipe === 'x' ? 3 : 3 + shift;
        return {
          ...study([0], 1)[0]!,
          id: `${recipe}-${seed}`,
          recipe,
          seed,
          documents: {
            d: { ids: ['1', '2', '3', '4'], lossSumNats: tokens.map((t) => t * loss), tokens, bytes: tokens },
          },
        };
      }),
    );
    const { interval, differenceNats } = pair(rank(runs, { d: 1 }, draw()), 'x', 'y');
    // scipy: t.ppf(0.975, 2) * std([0.1, 0.3, 0.2], ddof=1) / sqrt(3) = 0.24841377117503
    expect(differenceNats).toBeCloseTo(0.2, 12);
    expect(interval.high - 0.2).toBeCloseTo(0.24841377117503, 10);
    expect(0.2 - interval.low).toBeCloseTo(0.24841377117503, 10);
  });
});

describe('a clear order', () => {
  const ranking = rank(study([0.2, 0, 0.1, 0.3]), weights, draw());

  test('is found, best first, with every pair and no ties', () => {
    expect(names(ranking)).toEqual(['recipe-1', 'recipe-2', 'recipe-0', 'recipe-3']);
    expect(ranking.recipes.map((each) => each.rank)).toEqual([1, 2, 3, 4]);
    expect(ranking.pairs).toHaveLength(6);
    expect(ranking.pairs.some((each) => each.tie)).toBe(false);
    expect(ranking.recipes.map((each) => each.tiedWithBest)).toEqual([false, false, false, false]);
    expect(ranking.recipes[0]!.probabilityBest).toBe(1);
    expect(ranking.domains.code!.recipes.map((each) => each.recipe)).toEqual(names(ranking));
  });

  test('has effects that add up to 0 and intervals around them', () => {
    expect(total(ranking.recipes.map((each) => each.effectNats))).toBeCloseTo(0, 12);
    for (const each of ranking.recipes) {
      expect(each.effectInterval.low).toBeLessThan(each.effectNats);
      expect(each.effectInterval.high).toBeGreaterThan(each.effectNats);
    }
    for (const each of ranking.domains.mail!.recipes) {
      expect(each.interval.low).toBeLessThan(each.lossNats);
      expect(each.interval.high).toBeGreaterThan(each.lossNats);
    }
  });

  test('does not depend on the order of the results', () => {
    const shuffled = Random.fromSeed(3).shuffle(study([0.2, 0, 0.1, 0.3]));
    const again = rank(shuffled, weights, draw());
    expect(names(again)).toEqual(names(ranking));
    expect(pair(again, 'recipe-1', 'recipe-3').interval.low).toBeCloseTo(
      pair(ranking, 'recipe-1', 'recipe-3').interval.low,
      12,
    );
  });
});

describe('ties', () => {
  test('recipes without a difference are tied, with the seeds that would settle it', () => {
    const ranking = rank(study([0, 0.002, 0, 0.5]), weights, draw());
    const ties = ranking.pairs.filter((each) => each.tie);
    expect(ties).toHaveLength(3);
    for (const tie of ties) {
      expect(tie.interval.low).toBeLessThanOrEqual(0);
      expect(tie.seedsToSettle ?? Infinity).toBeGreaterThan(3);
    }
    expect(ranking.recipes.filter((each) => each.tiedWithBest)).toHaveLength(2);
    expect(ranking.recipes[0]!.tiedWithBest).toBe(false);
  });

  test('more seeds settle noise of seeds and not noise of documents', () => {
    const setting = { effects: [0, 0.004], seeds: 3, documents: { mail: 2000 } };
    const settle = (seedNoise: number, documentNoise: number) =>
      rank(
        simulateStudy({ ...setting, seedNoise, documentNoise }, Random.fromSeed('settle')),
        { mail: 1 },
        draw(),
      ).pairs[0]!;
    const noisySeeds = settle(0.01, 0.001);
    expect(noisySeeds.tie).toBe(true);
    expect(noisySeeds.seedsToSettle).toBeGreaterThan(3);
    const noisyDocuments = settle(0.0001, 0.5);
    expect(noisyDocuments.tie).toBe(true);
    expect(noisyDocuments.seedsToSettle).toBeUndefined();
  });

  test('one recipe under two names differs by exactly 0, ties, and shares the chance of being best', () => {
    const runs = study([0, 0.01, 0.4]);
    const twins = runs
      .filter((run) => run.recipe === 'recipe-0')
      .map((run) => ({ ...run, id: `twin-${run.seed}`, recipe: 'twin' }));
    const ranking = rank([...runs, ...twins], weights, draw());
    expect(pair(ranking, 'recipe-0', 'twin')).toEqual({
      better: 'recipe-0',
      worse: 'twin',
      differenceNats: 0,
      interval: { low: 0, high: 0 },
      tie: true,
    });
    const [a, b] = ['recipe-0', 'twin'].map((name) => ranking.recipes.find((each) => each.recipe === name)!);
    expect(a!.rank).toBe(b!.rank);
    expect(a!.probabilityBest).toBe(b!.probabilityBest);
    expect(total(ranking.recipes.map((each) => each.probabilityBest))).toBeCloseTo(1, 12);
    // A copy is no new evidence: what is known about the others stays the same.
    const without = rank(runs, weights, draw());
    expect(pair(ranking, 'recipe-0', 'recipe-2').interval).toEqual(
      pair(without, 'recipe-0', 'recipe-2').interval,
    );
  });
});

describe('probability of being best', () => {
  test('adds up to 1 and follows the distance in standard errors', () => {
    const ranking = rank(study([0, 0, 0, 0.03], 3), weights, draw());
    expect(total(ranking.recipes.map((each) => each.probabilityBest))).toBeCloseTo(1, 12);
    expect(ranking.recipes.at(-1)!.recipe).toBe('recipe-3');
    expect(ranking.recipes.at(-1)!.probabilityBest).toBeLessThan(0.02);
    expect(Math.max(...ranking.recipes.map((each) => each.probabilityBest))).toBeLessThan(0.98);
  });

  test('is a fair judgement: over many studies of equals, the winner is given what it deserves', () => {
    const random = Random.fromSeed('calibration');
    let claimed = 0;
    let right = 0;
    for (let k = 0; k < 400; k++) {
      const effects = [0.01 * random.normal(), 0.01 * random.normal(), 0.01 * random.normal()];
      const runs = simulateStudy({ effects, seeds: 3, documents, ...noise }, random);
      const [best] = rank(runs, weights, random, { draws: 300 }).recipes;
      claimed += best!.probabilityBest;
      if (effects[Number(best!.recipe.slice(7))] === Math.min(...effects)) right++;
    }
    expect(Math.abs(claimed - right) / 400).toBeLessThan(0.07);
  });

  test('is the same for the same seed', () => {
    const probabilities = () =>
      rank(study([0, 0.004]), weights, draw()).recipes.map((each) => each.probabilityBest);
    expect(probabilities()).toEqual(probabilities());
  });
});

describe('effects in tokens', () => {
  const trajectory = (losses: number[]): EvaluationMetric[] =>
    losses.map((lossNats, k) => ({
      kind: 'evaluation',
      step: k * 10,
      tokens: k * 1000,
      domains: { mail: { lossNats, bitsPerByte: 1 }, code: { lossNats: 2 * lossNats, bitsPerByte: 1 } },
    }));
  const runs = study([0, 0.5], 2).map((run) => ({
    ...run,
    evaluations: trajectory(run.recipe === 'recipe-0' ? [8, 6, 4, 3, 2] : [8, 7, 6, 5.5, 5]),
  }));
  const ranking = rank(runs, weights, draw());

  test('the better recipe reaches the worse one’s final loss half way between two validations', () => {
    expect(pair(ranking, 'recipe-0', 'recipe-1').tokensSavedFactor).toBeCloseTo(4 / 1.5, 12);
    expect(ranking.recipes[0]!.tokensToReachWorst).toBeCloseTo(1.5 / 4, 12);
    expect(ranking.recipes[1]!.tokensToReachWorst).toBeCloseTo(1, 12);
    expect(ranking.domains.code!.pairs[0]!.tokensSavedFactor).toBeCloseTo(4 / 1.5, 12);
  });

  test('trajectories are averaged over seeds before they are read', () => {
    const uneven = runs.map((run) =>
      run.recipe === 'recipe-0'
        ? { ...run, evaluations: trajectory(run.seed === 0 ? [8, 7, 5] : [8, 5, 3]) }
        : run,
    );
    // Mean of recipe-0: 8, 6, 4; recipe-1 ends at 5.
    expect(rank(uneven, weights, draw()).pairs[0]!.tokensSavedFactor).toBeCloseTo(2 / 1.5, 12);
  });

  test('without trajectories there is no such effect', () => {
    expect(rank(study([0, 0.5]), weights, draw()).pairs[0]!).not.toHaveProperty('tokensSavedFactor');
  });
});

describe('runs that failed', () => {
  const fail = (runs: RunResult[], ...ids: string[]) =>
    runs.map((run) =>
      ids.includes(run.id) ? { ...run, failure: 'non-finite loss at step 7', documents: {} } : run,
    );

  test('a recipe without a finished run is listed with its reason, the others are ranked', () => {
    const ranking = rank(
      fail(study([0, 0.1, 0.2], 2), 'recipe-1-seed-0', 'recipe-1-seed-1'),
      weights,
      draw(),
    );
    expect(names(ranking)).toEqual(['recipe-0', 'recipe-2']);
    expect(ranking.failed).toEqual([{ recipe: 'recipe-1', reason: 'non-finite loss at step 7' }]);
    expect(ranking.seeds).toBe(2);
  });

  test('a seed that one recipe lost is left out for all, so that differences stay paired', () => {
    const ranking = rank(fail(study([0, 0.1, 0.2], 3), 'recipe-1-seed-1'), weights, draw());
    expect(ranking.seeds).toBe(2);
    expect(names(ranking)).toHaveLength(3);
    expect(ranking.recipes.every((each) => each.seedLossNats.length === 2)).toBe(true);
    expect(ranking.failed).toEqual([]);
  });

  test('a recipe that shares no finished seed with the others is listed as failed', () => {
    const runs = fail(study([0, 0.1, 0.2], 3), 'recipe-2-seed-0', 'recipe-2-seed-1', 'recipe-0-seed-2');
    const ranking = rank(runs, weights, draw());
    expect(names(ranking)).toEqual(['recipe-0', 'recipe-1']);
    expect(ranking.failed).toEqual([
      { recipe: 'recipe-2', reason: 'no finished seed in common with the other recipes' },
    ]);
  });

  test('a validation loss that is not finite counts as failed', () => {
    const runs = study([0, 0.1], 2);
    for (const run of runs.slice(0, 2)) run.documents.mail!.lossSumNats[3] = Number.NaN;
    expect(rank(runs, weights, draw()).failed).toEqual([
      { recipe: 'recipe-0', reason: 'the validation loss on "mail" is not a finite number' },
    ]);
  });

  test('nothing finished gives an empty ranking', () => {
    const runs = study([0], 1);
    const ranking = rank(fail(runs, runs[0]!.id), weights, draw());
    expect(ranking.recipes).toEqual([]);
    expect(ranking.failed).toHaveLength(1);
  });

  test('a single recipe is ranked first with certainty', () => {
    const [only] = rank(study([0], 2), weights, draw()).recipes;
    expect(only).toMatchObject({
      rank: 1,
      probabilityBest: 1,
      effectNats: 0,
      effectInterval: { low: 0, high: 0 },
    });
  });
});

describe('results that cannot be ranked are refused', () => {
  const refuses = (runs: RunResult[], message: RegExp, of: Record<string, number> = weights) => {
    expect(() => rank(runs, of, draw())).toThrow(AssayError);
    expect(() => rank(runs, of, draw())).toThrow(message);
  };

  test('other documents', () => {
    const runs = study([0, 0.1], 2);
    runs[3]!.documents.code!.ids[5] = 'other';
    refuses(
      runs,
      /"code" of run recipe-1-seed-1: documents differ .* expected document code-5 .* got document other/,
    );
  });

  test('missing documents', () => {
    const runs = study([0, 0.1], 2);
    delete runs[2]!.documents.code;
    refuses(
      runs,
      /"code" of run recipe-1-seed-0: no document losses, expected at least one document, got none/,
    );
  });

  test('two results of one run', () => {
    const runs = study([0, 0.1], 2);
    refuses([...runs, runs[0]!], /recipe "recipe-0": two results for one run/);
  });

  test('weights that make no objective', () => {
    refuses(study([0]), /weights of validation domains/, { mail: 0 });
    refuses(study([0]), /weights of validation domains/, { mail: 2, code: -1 });
    refuses(study([0]), /weights of validation domains/, {});
  });

  test('one seed on one document, where nothing shows the noise', () => {
    const runs = simulateStudy({ effects: [0, 1], seeds: 1, documents: { mail: 1 }, ...noise }, draw());
    refuses(runs, /"mail": nothing would show how large the noise is/, { mail: 1 });
  });
});

test('agreement of two rankings is measured on the recipes that both hold', () => {
  const a = rank(study([0, 0.1, 0.2, 0.3]), weights, draw());
  const b = rank(
    study([0.1, 0, 0.2, 0.4, 0.5]).filter((run) => run.recipe !== 'recipe-3'),
    weights,
    draw(),
  );
  const result = agreement(a, b);
  expect(result.recipes).toEqual(['recipe-0', 'recipe-1', 'recipe-2']);
  expect(result.spearman).toBeCloseTo(0.5, 12);
  expect(result.kendall).toBeCloseTo(1 / 3, 12);
  expect(result.pairwise).toBeCloseTo(2 / 3, 12);
});
