/** What a report says of recipes that were stopped early, and of an elimination that stopped none. */
import { describe, expect, test } from 'vitest';
import type { Elimination, EliminationRung, Report } from '../../src/records.js';
import { decide, rankingTable, renderHtml, renderMarkdown } from '../../src/report/index.js';
import { simulateReport } from './simulate.js';

const rung: EliminationRung = {
  ...{ step: 120, share: 0.2, allowed: 0.1, spent: 0, seedNoiseNats: 0.01, driftNats: 0.01 },
  recipes: [],
};

/** The first `kept` recipes are trained to the end, the others stopped at a fifth, with two seeds each. */
function stoppedStudy(kept: string[], names: string[], trainedAllTheSame = false): Report {
  const reason =
    'after 20 % of the training 0.41 nats behind the best, probability of ending among the best 1: 0.2 %';
  const elimination: Elimination = {
    ...{ keep: kept.length, confidence: 0.95, rungs: [rung], kept, savedShare: 0.4, risk: 0.012 },
    stopped: names.map((recipe) => ({ recipe, step: 120, share: 0.2, lossNats: 4.1234, reason })),
  };
  return simulateReport({
    recipes: trainedAllTheSame ? [...kept, ...names] : kept,
    domains: ['ham', 'spam'],
    seeds: 2,
    elimination,
    unfinished: trainedAllTheSame
      ? []
      : names.flatMap((recipe) =>
          [0, 1].map((seed) => ({ id: `${recipe}-${seed}`, recipe, seed, folder: 'runs/x' })),
        ),
  });
}
const titleOf = (report: Report) => decide(report).title;
const training = (report: Report) =>
  decide(report).statements.find(({ topic }) => topic === 'Training length')!.text;

describe('the title counts what was stopped', () => {
  test('where one recipe is left, and where several are', () => {
    expect(titleOf(stoppedStudy(['natural'], ['no-ham']))).toBe(
      'Train on natural: 1 other was stopped early',
    );
    expect(titleOf(stoppedStudy(['natural'], ['no-ham', 'no-spam', 'late']))).toBe(
      'Train on natural: 3 others were stopped early',
    );
    expect(titleOf(stoppedStudy(['natural', 'no-ham'], ['no-spam', 'late']))).toBe(
      'Train on natural: it beats the only other that was trained to the end; 2 others were stopped early',
    );
    expect(titleOf(stoppedStudy(['natural', 'no-ham', 'no-spam'], ['late']))).toMatch(
      /others that were trained to the end.*; 1 other was stopped early$/,
    );
  });

  test('and no longer counts what was trained to its end later', () => {
    const report = stoppedStudy(['natural', 'no-ham'], ['no-spam'], true);
    expect(titleOf(report)).not.toContain('stopped');
    expect(rankingTable(report)).not.toContain('Stopped at');
    expect(renderMarkdown(report)).not.toContain('## Stopped early');
  });
});

describe('below the ranking', () => {
  const report = stoppedStudy(['natural', 'no-ham'], ['no-spam', 'a'.repeat(150)]);

  test('the terminal prints where each was stopped and why, within 100 columns', () => {
    const lines = rankingTable(report).split('\n');
    const at = lines.findIndex((line) => line.startsWith('Recipe') && line.includes('Stopped at'));
    expect(lines[at + 1]).toMatch(/^no-spam +20 % +4\.1234 {2}after 20 % of the training/);
    const row = lines
      .slice(at + 1)
      .join(' ')
      .replaceAll(/ +/g, ' ');
    expect(row).toContain('0.41 nats behind the best, probability of ending among the best 1: 0.2 %');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
  });

  test('Markdown and the page have a table of them', () => {
    expect(renderMarkdown(report)).toMatch(
      /## Stopped early\n\n.*\n.*\n\| `no-spam` +\| +20 % \| +4\.1234 \| after 20 %/,
    );
    expect(renderHtml(report)).toMatch(/<h3>Stopped early<\/h3>.*no-spam.*4\.1234/s);
  });
});

describe('what elimination saved', () => {
  test('is counted from the runs that were stopped', () => {
    // Two of four runs left out four fifths of their training each.
    expect(training(stoppedStudy(['natural', 'no-ham'], ['no-spam', 'late']))).toContain(
      'Elimination stopped 2 of 4 recipes early and saved 40 % of the training tokens, at a stated risk of 1.2 % that the best was among them.',
    );
  });

  test('comes with a risk that is never told as none', () => {
    const report = stoppedStudy(['natural', 'no-ham'], ['late']);
    report.elimination!.risk = 1e-5;
    expect(training(report)).toContain('at a stated risk of less than 0.1 % that');
  });

  test('is nothing when everything had been trained before', () => {
    const text = training(stoppedStudy(['natural', 'no-ham'], ['no-spam'], true));
    expect(text).toContain(
      'would have stopped 1 of 3 recipes early, but their runs had been trained to the end',
    );
    expect(text).not.toMatch(/saved \d/);
  });
});

describe('an elimination that stopped nothing', () => {
  const none = (keep: number, rungs: EliminationRung[]) => {
    const kept = ['natural', 'no-ham'];
    const elimination = { keep, confidence: 0.95, rungs, kept, stopped: [], savedShare: 0, risk: 0 };
    return training(simulateReport({ recipes: kept, domains: ['ham'], seeds: 2, elimination }));
  };

  test('says whether there was anything to decide', () => {
    expect(none(1, [rung])).toContain(
      'Elimination stopped no recipe: none could be told to end outside the best 1.',
    );
    expect(none(3, [])).toContain('nothing to decide: the best 3 are kept, and there are 2 recipes.');
    expect(none(1, [])).toContain('nothing to decide: no validation after the warm-up');
  });
});
