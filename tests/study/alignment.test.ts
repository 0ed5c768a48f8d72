/** Gradient alignment along the runs of a study on real mail, as a user asks for it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { Random } from '../../src/random.js';
import { rankByAlignment } from '../../src/ranking/index.js';
import type { Report, RunResult } from '../../src/records.js';
import { readRunResult } from '../../src/train/index.js';
import { assay, folderWith } from '../cli/assay.js';

const mail = fileURLToPath(new URL('../../examples/demo/data/ham.jsonl', import.meta.url));

const study = `
study: alignment
tokenizer: bytes
sources:
  mail: { path: mail.jsonl }
  shuffled: { path: shuffled.jsonl }
recipes:
  mail: { mail: 1 }
  half: { mail: 0.5, shuffled: 0.5 }
  shuffled: { shuffled: 1 }
validate:
  mail: { holdout: 10 %, of: mail }
proxy:
  model: { layers: 1, width: 32, heads: 2 }
  learningRate: 4e-3
  tokens: 240k
  batch: 32
  context: 64
  seeds: 2
  evaluateEvery: 40
  alignmentEvery: 4
run: { output: results }
`;

let report: Report;
const results: RunResult[] = [];

beforeAll(async () => {
  const random = Random.fromSeed(20);
  const rows = readFileSync(mail, 'utf8').split('\n').filter(Boolean).slice(0, 600);
  const shuffled = rows.map((row) =>
    JSON.stringify({ text: random.shuffle([...(JSON.parse(row).text as string)]).join('') }),
  );
  const folder = folderWith({
    'mail.jsonl': rows.join('\n'),
    'shuffled.jsonl': shuffled.join('\n'),
    'study.yaml': study,
  });
  const { exitCode, stdout, stderr } = assay(folder, 'run', 'study.yaml', '--quiet', '--json');
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
  report = JSON.parse(stdout);
  for (const run of report.runs) results.push((await readRunResult(join(folder, 'results', run.folder)))!);
}, 300_000);

test('mail with shuffled letters is last by alignment, as by loss', () => {
  const found = rankByAlignment(results, report.ranking)!;
  expect(found.recipes.at(-1)!.recipe).toBe('shuffled');
  expect(report.ranking.recipes.at(-1)!.recipe).toBe('shuffled');
  expect(found).toMatchObject({ steps: results[0]!.steps, seeds: 2 });
  expect(found.spearman).toBeGreaterThan(0);
  expect(found.disagreement).toBeUndefined();
  for (const { alignment, dropNats } of found.recipes) {
    expect(alignment).toBeGreaterThan(0);
    expect(dropNats).toBeGreaterThan(0);
  }
});

test('every step of every run is stood for', () => {
  for (const { steps, alignments } of results)
    expect(alignments!.reduce((sum, line) => sum + line.steps, 0)).toBe(steps);
});

test('were the shuffled mail aligned best, it would be said which settled pairs that contradicts', () => {
  const of = (recipe: string, seed: number) =>
    results.find((run) => run.recipe === recipe && run.seed === seed)!.alignments!;
  const exchanged = results.map((run) => ({
    ...run,
    alignments: of({ mail: 'shuffled', shuffled: 'mail' }[run.recipe] ?? run.recipe, run.seed),
  }));
  const { disagreement } = rankByAlignment(exchanged, report.ranking)!;
  expect(disagreement!.pairs).toContainEqual(
    expect.objectContaining({ better: 'mail', worse: 'shuffled', seeds: 2 }),
  );
});
