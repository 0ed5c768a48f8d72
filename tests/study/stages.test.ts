/** A study with a recipe in stages on real mail, ranked beside plain ones. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadStudy } from '../../src/load-study.js';
import { readPlan } from '../../src/recipe/index.js';
import type { RunOutcome } from '../../src/records.js';
import { runStudy, type StudyOutcome } from '../../src/study.js';
import { readRunResult } from '../../src/train/index.js';
import { workspace } from '../corpus/workspace.js';

const mail = fileURLToPath(new URL('../../examples/demo/data/ham.jsonl', import.meta.url));
const trainer = fileURLToPath(new URL('../../examples/trainer/trainer.mjs', import.meta.url));
const work = workspace();

const study = (recipes: string, more = '') => `
study: curriculum
tokenizer: bytes
sources:
  mail: { path: mail.jsonl }
  rotated: { path: rotated.jsonl }
recipes:
${recipes}
validate: { mail: { holdout: 10 %, of: mail } }
proxy: { model: { layers: 1, width: 16, heads: 2 }, learningRate: 4e-3, tokens: 100k, batch: 16, context: 32, seeds: 2 }
run: { output: results, workers: 2, threads: 1 }
${more}`;
const plain = `
  half: { mail: 0.5, rotated: 0.5 }
  rotated: { rotated: 1 }`;
const staged = `
  last: { rotated: { where: "words >= 1" }, stages: [{ until: 30 %, rotated: 1 }, { mail: 0.8, rotated: 0.2 }] }
  first: { from: last, stages: [{ until: 70 %, mail: 0.8, rotated: 0.2 }, { rotated: 1 }] }`;

async function run(text: string): Promise<StudyOutcome> {
  writeFileSync(work.path('study.yaml'), text);
  return runStudy(await loadStudy(work.path('study.yaml')));
}
const doneOf = (folder: string): Extract<RunOutcome, { status: 'done' }> =>
  JSON.parse(readFileSync(work.path(join('results', folder, 'done.json')), 'utf8'));

/** A letter, thirteen places on: text of the same words in other bytes. */
function rotate13(letter: string): string {
  const code = letter.charCodeAt(0);
  return String.fromCharCode((code & 31) + 13 > 26 ? code - 13 : code + 13);
}

beforeAll(() => {
  const rows = readFileSync(mail, 'utf8').split('\n').filter(Boolean).slice(0, 600);
  const rotated = rows.map((row) =>
    JSON.stringify({ text: (JSON.parse(row).text as string).replace(/[a-z]/gi, rotate13) }),
  );
  work.write('mail.jsonl', rows.join('\n'));
  work.write('rotated.jsonl', rotated.join('\n'));
});

describe('a study with recipes in stages', () => {
  let before: StudyOutcome;
  let outcome: StudyOutcome;
  beforeAll(async () => {
    before = await run(study(plain));
    outcome = await run(study(plain + staged));
  }, 300_000);

  test('ranks them beside the others, whose runs are the same as without', () => {
    const { recipes } = outcome.report.ranking;
    expect(recipes.map(({ recipe }) => recipe)).toEqual(['last', 'half', 'first', 'rotated']);
    const lossOf = ({ report }: StudyOutcome, name: string) =>
      report.ranking.recipes.find(({ recipe }) => recipe === name)!.seedLossNats;
    for (const name of ['half', 'rotated']) expect(lossOf(outcome, name)).toEqual(lossOf(before, name));
  });

  test('has equal tokens of each source in both orders, and yet other losses', () => {
    const tokens = (name: string) =>
      outcome.report.shares
        .filter(({ recipe }) => recipe === name)
        .map(({ tokens }) => Math.round(tokens / 1e4));
    expect(tokens('first')).toEqual(tokens('last'));
    const [last, , first] = outcome.report.ranking.recipes;
    expect(first!.lossNats - last!.lossNats).toBeGreaterThan(0.05);
  });

  test('has the realised shares of each phase in the report and in done.json, within a window', () => {
    const { schedules, runs, proxy } = outcome.report;
    expect(schedules!.map(({ recipe }) => recipe)).toEqual(['last', 'first']);
    for (const { recipe, stages } of schedules!) {
      for (const { folder } of runs.filter((each) => each.recipe === recipe)) {
        const { phases } = doneOf(folder);
        const plan = readPlan(work.path(join('results', folder)));
        expect(phases!.map(({ hash }) => hash)).toEqual(plan.phases.map(({ hash }) => hash));
        expect(phases!.reduce((sum, { steps }) => sum + steps, 0)).toBe(proxy.steps);
        for (const [k, { steps, shares }] of phases!.entries()) {
          const { from, until, sources } = stages[k]!;
          expect(steps).toBe(Math.round((until - from) * proxy.steps));
          for (const { source, share, realisedShare } of sources) {
            expect(shares[source] ?? 0).toBe(realisedShare);
            expect(Math.abs(realisedShare - share) * steps * proxy.batch).toBeLessThan(1);
          }
        }
      }
    }
    for (const { folder, recipe } of runs.filter(({ recipe }) => ['half', 'rotated'].includes(recipe)))
      expect(doneOf(folder), recipe).not.toHaveProperty('phases');
  });

  test("can be trained by the user's own program, which reads all phases", async () => {
    const engine = `engine: { command: [node, ${trainer}], version: 1 }`;
    const { report } = await run(study(plain + staged, engine));
    expect(report.runs.map(({ status }) => status)).toEqual(Array(8).fill('done'));
    const folder = report.runs.find(({ recipe }) => recipe === 'last')!.folder;
    expect(doneOf(folder).phases).toHaveLength(2);
    expect((await readRunResult(work.path(join('results', folder))))!.failure).toBeUndefined();
  }, 120_000);
});
