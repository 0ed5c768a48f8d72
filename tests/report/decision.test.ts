import { describe, expect, test } from 'vitest';
import type { PairDifference, Report } from '../../src/records.js';
import { decide, renderMarkdown } from '../../src/report/index.js';
import { warnings } from '../../src/report/notes.js';
import { toPlain } from '../../src/report/prose.js';
import { simulateReport } from './simulate.js';

/** A report whose recipes a, b, c, … are tied with the best or not, as told. */
function reportOf(tied: boolean[], seedsToSettle?: number): Report {
  const report = simulateReport({ recipes: ['x', 'y'], seeds: 2 });
  const names = ['a', ...tied.map((_, i) => 'bcdefgh'[i]!)];
  report.ranking.recipes = names.map((recipe, i) => ({
    ...report.ranking.recipes[0]!,
    recipe,
    rank: i + 1,
    tiedWithBest: i > 0 && tied[i - 1]!,
  }));
  report.ranking.pairs = tied.map(
    (tie, i): PairDifference => ({
      better: 'a',
      worse: names[i + 1]!,
      differenceNats: 0.02,
      interval: { low: tie ? -0.01 : 0.01, high: 0.03 },
      tie,
      ...(tie && seedsToSettle !== undefined ? { seedsToSettle } : {}),
    }),
  );
  return report;
}

const title = (...tied: boolean[]) => decide(reportOf(tied)).title;
const told = (report: Report, topic: string) =>
  decide(report).statements.find((statement) => statement.topic === topic)?.text ?? '';

describe('the decision in one sentence', () => {
  test('says what to train on, how many others it beats, and which are not distinguishable', () => {
    expect(title(false)).toBe('Train on a: it beats the only other recipe');
    expect(title(false, false)).toBe('Train on a: it beats both other recipes');
    expect(title(false, false, false)).toBe('Train on a: it beats all 3 other recipes');
    expect(title(true, false, false)).toBe(
      'Train on a: it beats 2 of 3 other recipes; b is not distinguishable from it with 2 seeds',
    );
    expect(title(true, true)).toBe(
      'No clear winner: a has the lowest loss, but b and c are not distinguishable from it with 2 seeds',
    );
    expect(title(true, true, true, true, false)).toBe(
      'Train on a: it beats 1 of 5 other recipes; 4 others are not distinguishable from it with 2 seeds',
    );
  });

  test('says that there is one seed', () => {
    const report = reportOf([false, false]);
    report.ranking.seeds = 1;
    expect(decide(report).title).toBe('Train on a: it beats both other recipes, on the one seed there is');
  });

  test('names the winner of the simulated study, as its effects say', () => {
    const { decision } = simulateReport();
    expect(decision.title).toBe(
      'Train on natural: it beats 7 of 8 other recipes; no-licences is not distinguishable from it with 3 seeds',
    );
    expect(decision).toMatchObject({ trainOn: 'natural', ties: ['no-licences'] });
    expect(decision.worse).toHaveLength(7);
  });
});

describe('other recipes', () => {
  test('are told one by one, with half of their interval, where they are few', () => {
    expect(told(reportOf([false, true, false]), 'Other recipes')).toMatch(
      /^b is worse by 0.020 ± 0.010; d is worse by 0.020 ± 0.010 nats per token\./,
    );
  });

  test('are told as the nearest and a range where they are many', () => {
    expect(told(simulateReport(), 'Other recipes')).toMatch(
      /^ham-heavy is worse by 0.018 ± 0.008 nats per token, 6 others by 0.023 ± 0.008 to 0.045 ± 0.008\./,
    );
  });

  test('that are better on a domain are named with it, the largest loss first', () => {
    const { decision } = simulateReport();
    expect(decision.losesOn.map(({ domain, to }) => [domain, to]).slice(0, 2)).toEqual([
      ['ham', 'ham-heavy'],
      ['spam', 'spam-heavy'],
    ]);
    expect(decision.losesOn.every(({ interval }) => interval.low > 0)).toBe(true);
  });
});

describe('ties', () => {
  test('come with the seeds or the validation documents that would settle them', () => {
    const report = reportOf([true, false], 12);
    expect(told(report, 'Ties')).toBe(
      'About 12 seeds in all instead of 2 would be expected to tell b apart from a.',
    );
    report.ranking.pairs[0]!.documentsToSettle = 480;
    expect(told(report, 'Ties')).toBe(
      'About 12 seeds in all instead of 2, or about 480 validation documents in all instead of 240 (144 k tokens), would be expected to tell b apart from a.',
    );
  });

  test('out of reach are told once, and for one seed that it cannot say', () => {
    const report = reportOf([true, true, true, false]);
    expect(told(report, 'Ties')).toBe(
      'Neither 1,000 seeds alone nor 1,000 times as many validation documents alone are expected to tell b, c and d apart from it.',
    );
    report.ranking.seeds = 1;
    expect(told(report, 'Ties')).toBe('One seed cannot say how many would tell b, c and d apart from it.');
  });

  test('are told one by one for the two nearest', () => {
    expect(told(reportOf([true, true, true], 7), 'Ties').match(/About 7 seeds in all/g)).toHaveLength(2);
  });

  test('of recipes with equal losses are called identical', () => {
    const report = reportOf([true]);
    Object.assign(report.ranking.pairs[0]!, { differenceNats: 0, interval: { low: 0, high: 0 } });
    expect(told(report, 'Ties')).toBe('The losses of b are identical to those of a.');
  });
});

describe('what was not measured is not spoken of', () => {
  test('without rate, elimination, alignment and transfer there are no such topics', () => {
    expect(simulateReport().decision.statements.map(({ topic }) => topic)).toEqual([
      'Loss',
      'Other recipes',
      'Ties',
      'Seeds',
      'Domains',
      'Training length',
    ]);
  });

  test('one seed says nothing of seeds, and one recipe only what it reaches', () => {
    expect(told(simulateReport({ seeds: 1 }), 'Seeds')).toBe('');
    const { statements } = simulateReport({ recipes: ['alone'] }).decision;
    expect(statements.map(({ topic }) => topic)).toEqual(['Loss']);
  });
});

describe('the learning rate', () => {
  const at = (rateBand: Report['rateBand'], learningRate = 1e-3) => {
    const report = simulateReport();
    return told(
      { ...report, proxy: { ...report.proxy, learningRate }, rateBand: rateBand! },
      'Learning rate',
    );
  };

  test('is placed against the tuned rate, the bound and the lower end', () => {
    expect(at({ tuned: 1e-2, low: 5e-4, high: 2e-3 })).toBe(
      'The rate 1e-3 is 10 times below the tuned rate of this model and batch (1e-2), inside the bound (2e-3), above the lower end (5e-4).',
    );
    expect(at({ tuned: 1e-3, high: 2e-4 })).toBe(
      'The rate 1e-3 is the tuned rate of this model and batch (1e-3), above the bound (2e-4), so that effects of the second order may change the ranking.',
    );
    expect(at({ tuned: 1e-3, low: 2e-5 }, 1e-5)).toContain('below the lower end (2e-5)');
  });
});

describe('training length', () => {
  test('is the share from which on the ranking is the final one, from the study itself', () => {
    const report = simulateReport({ recipes: ['x', 'y', 'z'], seeds: 2 });
    const orders = [
      [3, 2, 1],
      [1, 3, 2],
      [1, 2, 3],
      [1, 2, 3],
    ];
    report.trajectories = ['x', 'y', 'z'].flatMap((recipe, r) =>
      [0, 1].map((seed) => ({
        recipe,
        seed,
        points: orders.map((losses, i) => ({
          ...{ step: 10 * (i + 1), tokens: 1000 * (i + 1), lossNats: losses[r]! + seed, domains: {} },
        })),
      })),
    );
    report.ranking.recipes.sort((a, b) => (a.recipe < b.recipe ? -1 : 1));
    expect(decide(report).training).toEqual({ settledShare: 0.75, threshold: 0.95, leadingShare: 0.5 });
    expect(told(report, 'Training length')).toBe(
      '75 % of the training would have been enough for this ranking: from there on it keeps a Spearman correlation of at least 0.95 with the final one. x has had the lowest loss from 50 % of the training on.',
    );
  });
});

describe('gradient alignment', () => {
  const alignment = { steps: 200, seeds: 3, recipes: [], spearman: 0.93, domainSpearman: {} };

  test('that agrees is a statement', () => {
    const report = { ...simulateReport(), alignment };
    expect(told(report, 'Alignment')).toBe(
      'Gradient alignment over the first 200 steps orders every settled pair as the loss does (Spearman correlation 0.93).',
    );
    expect(decide(report).warnings).toEqual([]);
  });

  test('that disagrees is a warning with the pairs', () => {
    const pairs = [{ better: 'natural', worse: 'no-ham', differenceNats: 0.04, seeds: 2 }];
    const report = {
      ...simulateReport(),
      alignment: { ...alignment, disagreement: { settledPairs: 25, pairs } },
    };
    expect(told(report, 'Alignment')).toBe('');
    expect(decide(report).warnings).toEqual([
      expect.stringMatching(
        /^Gradient alignment orders 1 of 25 settled pairs the other way \(no-ham before natural in 2 of 3 seeds\)\./,
      ),
    ]);
  });
});

test('runs that are not finished are told, and are not failures', () => {
  const report = simulateReport({
    unfinished: [{ id: 'late-s0', recipe: 'late', seed: 0, folder: 'runs/late' }],
  });
  expect(warnings(report).map(toPlain)).toEqual([
    expect.stringMatching(/^1 of 28 runs is not finished \(late\), so this ranking is not the study's yet\./),
  ]);
  expect(renderMarkdown(report)).toMatch(/late.*unfinished/);
});

test('malformed rows are told', () => {
  const text = warnings(simulateReport({ malformed: 3 })).map(toPlain);
  expect(text).toEqual(['3 malformed rows could not be read and were skipped (speeches).']);
});
