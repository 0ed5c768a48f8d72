import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { renderHtml, renderMarkdown, writeReport } from '../../src/report/index.js';
import { simulateReport } from './simulate.js';

const report = simulateReport();

test('report.json holds every digit of the report', async () => {
  const files = await writeReport(
    report,
    join(mkdtempSync(join(tmpdir(), 'assay-report-')), 'new', 'folder'),
  );
  expect(JSON.parse(readFileSync(files.json, 'utf8'))).toEqual(report);
  expect(readFileSync(files.markdown, 'utf8')).toBe(renderMarkdown(report));
  expect(readFileSync(files.html, 'utf8')).toBe(renderHtml(report));
});

test('report.json keeps its fields', () => {
  expect(Object.keys(report)).toMatchInlineSnapshot(`
    [
      "formatVersion",
      "study",
      "studyText",
      "assayVersion",
      "proxy",
      "ranking",
      "sources",
      "validation",
      "shares",
      "selections",
      "trajectories",
      "cost",
      "runs",
      "decision",
    ]
  `);
});

test('the objective of a trajectory ends at the loss of the ranking', () => {
  for (const { recipe, seedLossNats } of report.ranking.recipes)
    seedLossNats.forEach((loss, seed) => {
      const run = report.trajectories.find((line) => line.recipe === recipe && line.seed === seed);
      expect(run?.points.at(-1)?.lossNats).toBeCloseTo(loss, 10);
    });
});

test('shares and tokens of a recipe add up', () => {
  for (const { recipe } of report.ranking.recipes) {
    const parts = report.shares.filter((share) => share.recipe === recipe);
    expect(parts.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(parts.reduce((sum, { realisedShare }) => sum + realisedShare, 0)).toBeCloseTo(1, 3);
    for (const { tokens, realisedShare } of parts)
      expect(tokens).toBeCloseTo(realisedShare * report.proxy.tokensPerRun, 6);
  }
});

test('a run that failed has its reason and no trajectory points', () => {
  const failed = simulateReport({
    failure: (recipe, seed) => (recipe === 'natural' && seed === 2 ? 'why' : undefined),
  });
  expect(failed.runs.filter(({ status }) => status === 'failed')).toEqual([
    {
      id: 'natural-seed-2',
      recipe: 'natural',
      seed: 2,
      status: 'failed',
      reason: 'why',
      folder: '/data/results/runs/natural-seed-2',
    },
  ]);
});
