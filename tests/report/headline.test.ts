import { describe, expect, test } from 'vitest';
import type { PairDifference, Report } from '../../src/records.js';
import { headline, renderMarkdown } from '../../src/report/index.js';
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

const title = (...tied: boolean[]) => toPlain(headline(reportOf(tied)).title);
const details = (report: Report) => toPlain(headline(report).details).replaceAll('\u00a0', ' ');

describe('the headline', () => {
  test('says how many recipes the best one beats and which are too close', () => {
    expect(title(false)).toBe('a beats the only other recipe');
    expect(title(false, false)).toBe('a beats both other recipes');
    expect(title(false, false, false)).toBe('a beats all 3 other recipes');
    expect(title(true, false, false)).toBe('a beats 2 of 3 other recipes; b is too close to call');
    expect(title(true, true, false)).toBe('a beats 1 of 3 other recipes; b and c are too close to call');
    expect(title(true, true)).toBe(
      'No clear winner: a has the lowest loss, but b and c are too close to call',
    );
    expect(title(true, true, true, true, false)).toBe(
      'a beats 1 of 5 other recipes; 4 others are too close to call',
    );
  });

  test('says by how much, how sure, and what would settle a tie', () => {
    const text = details(reportOf([true, false], 12));
    expect(text).toContain(
      'The nearest recipe that it beats is c, behind by 0.0200 nats per token (95 % interval 0.0100 to 0.0300).',
    );
    expect(text).toContain('About 12 seeds in all would be expected to tell b apart from it.');
    expect(details(reportOf([true]))).toContain('Even 1,000 seeds are not expected to tell b apart from it');
  });

  test('says once what no number of seeds would settle, and for one seed that it cannot say', () => {
    const report = reportOf([true, true, true, false]);
    expect(details(report)).toContain(
      'Even 1,000 seeds are not expected to tell b, c and d apart from it; more validation documents might.',
    );
    expect(details(report).match(/1,000 seeds/g)).toHaveLength(1);
    report.ranking.seeds = 1;
    expect(details(report)).toContain('One seed cannot say how many would tell b, c and d apart from it.');
    expect(details(report)).not.toContain('1,000');
  });

  test('names the two nearest ties that seeds would settle', () => {
    const text = details(reportOf([true, true, true], 7));
    expect(text.match(/About 7 seeds in all/g)).toHaveLength(2);
    expect(text).not.toContain('tell d apart');
  });

  test('calls recipes with equal losses identical', () => {
    const report = reportOf([true]);
    Object.assign(report.ranking.pairs[0]!, { differenceNats: 0, interval: { low: 0, high: 0 } });
    expect(details(report)).toContain('The losses of b are identical to its own.');
  });

  test('names the winner of the simulated study, as its effects say', () => {
    const report = simulateReport();
    expect(toPlain(headline(report).title)).toBe(
      'natural beats 7 of 8 other recipes; no-licences is too close to call',
    );
  });
});

test('one seed is said in the title', () => {
  const report = reportOf([false, false]);
  report.ranking.seeds = 1;
  expect(toPlain(headline(report).title)).toBe('a beats both other recipes, on the one seed there is');
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
