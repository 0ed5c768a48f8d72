/** A budget from a study file to its report, on real mail. In FLOPs, so that the machine's speed decides nothing. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadStudy } from '../../src/load-study.js';
import { buildModel, flopsPerToken } from '../../src/model/index.js';
import type { RateReport } from '../../src/records.js';
import { prepareData, runStudy, type StudyOutcome } from '../../src/study.js';
import { workspace } from '../corpus/workspace.js';

const mail = fileURLToPath(new URL('../../examples/demo/data/ham.jsonl', import.meta.url));
const work = workspace();

const study = (budget: string, recipes = '') => `
study: budget
budget: ${budget}
tokenizer: bytes
sources: { mail: { path: mail.jsonl } }
recipes:
  all: { mail: 1 }
  few: { mail: { weight: 1, where: "words >= 60" } }
  ${recipes}
validate: { mail: { holdout: 5 %, of: mail } }
proxy: { model: { layers: 1, width: 16, heads: 2 }, context: 32, batch: 4, learningRate: tiny }
run: { workers: 2, threads: 1 }
`;

async function load(text: string, folder = 'results') {
  writeFileSync(work.path('study.yaml'), text);
  const loaded = await loadStudy(work.path('study.yaml'));
  return { ...loaded, run: { ...loaded.run, output: work.path(folder) } };
}

beforeAll(() => {
  const rows = readFileSync(mail, 'utf8').split('\n').filter(Boolean).slice(0, 1500);
  work.write('mail.jsonl', rows.join('\n'));
});

describe('a budget of 3e10 FLOPs', () => {
  let outcome: StudyOutcome;
  beforeAll(async () => {
    outcome = await runStudy(await load(study('3e10 FLOPs')));
  });

  test('buys seeds and tokens, keeps what the study says, and is reported', () => {
    const { budget, proxy, runs } = outcome.report;
    expect(budget).toMatchObject({
      budget: { text: '3e10 FLOPs', keeps: ['model', 'batch', 'context'] },
      model: { layers: 1, width: 16 },
      batch: 4,
      context: 32,
    });
    expect(budget!.cost.flops).toBeLessThanOrEqual(3e10);
    expect(proxy).toMatchObject({ steps: budget!.steps, batch: 4, context: 32 });
    expect(runs).toHaveLength(2 * budget!.seeds);
    expect(budget!.reasons.join(' ')).toContain(`${budget!.tokens.toLocaleString('en')} tokens a run`);
  });

  test('counts the work that is done, to a factor of 1.5', () => {
    const { budget, trajectories } = outcome.report;
    const { results, model } = { results: work.path('results'), model: budget!.model };
    const rate = JSON.parse(readFileSync(join(results, 'rate', 'rate.json'), 'utf8')) as RateReport;
    const validated = outcome.report.validation.reduce((sum, { tokens }) => sum + tokens, 0);
    const points = trajectories.reduce((sum, run) => sum + run.points.length, 0);
    const streams = Object.values(rate.sgd.terms.streams);
    const windows = streams.reduce((sum, stream) => sum + stream.windows, 0);
    const products = rate.sgd.terms.products + (rate.adam?.terms.products ?? 0);
    const sample = Math.max(...streams.map((stream) => stream.windows));
    const tokens =
      trajectories.length * budget!.tokens +
      (points * validated) / 3 +
      32 * 4 * (rate.warmup.steps + rate.sweep.trials.reduce((sum, { steps }) => sum + steps, 0)) +
      // A gradient of the mean, and one of each window; a product with the Hessian as three gradients.
      32 * (2 * windows + 3 * products * sample);
    const done = tokens * flopsPerToken(buildModel(model, { vocabularySize: 257, context: 32 }));
    expect(budget!.cost.flops).toBeGreaterThan(done / 1.5);
    expect(budget!.cost.flops).toBeLessThan(done * 1.5);
  });

  test('is not chosen again, not even with a recipe more', async () => {
    const again = await prepareData(
      await load(study('3e10 FLOPs', 'long: { mail: { weight: 1, where: "words >= 90" } }')),
    );
    expect(again.budget).toEqual(outcome.report.budget);
    expect(again.study.proxy).toMatchObject({
      seeds: again.budget!.seeds,
      tokens: { budget: again.budget!.tokens },
    });
  });
});

describe('a budget that is too small', () => {
  test('is refused with the least, which suffices', async () => {
    const refused = prepareData(await load(study('1e6 FLOPs'), 'small'));
    await expect(refused).rejects.toThrow(
      /^study "budget": the budget is too small for a ranking, expected at least \S+ FLOPs \(2 seeds of 1x16 with [\d,]+ tokens a run\), got 1e6 FLOPs\. Raise the budget, or compare fewer recipes\.$/,
    );
    const least = await refused.catch((error: Error) => /at least (\S+ FLOPs)/.exec(error.message)![1]!);
    const { budget } = await prepareData(await load(study(least as unknown as string), 'small'));
    expect(budget).toMatchObject({ seeds: 2 });
  });

  test('is refused when nothing may be trained and nothing was chosen', async () => {
    await expect(runStudy(await load(study('4e10 FLOPs'), 'untrained'), { train: false })).rejects.toThrow(
      /nothing has been chosen for its budget yet\. Choose with `assay plan`/,
    );
  });
});

test('the speed of a trainer of one’s own is not known', async () => {
  const own = study('10m').replace('run:', 'engine: { command: [python3, ./train.py] }\nrun:');
  await expect(prepareData(await load(own, 'own'))).rejects.toThrow(
    /the speed of its own trainer is not known, expected a budget in GPU-hours or FLOPs, got 10m/,
  );
});
