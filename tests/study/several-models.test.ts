/** A study with a target, a second proxy and sweeps, on real mail: from the file to the comparison of models. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadStudy } from '../../src/load-study.js';
import { Random } from '../../src/random.js';
import { runStudy, type StudyOutcome } from '../../src/study.js';
import { workspace } from '../corpus/workspace.js';

const mail = fileURLToPath(new URL('../../examples/demo/data/ham.jsonl', import.meta.url));
const work = workspace();

const model = (layers: number, width: number) => `{ layers: ${layers}, width: ${width}, heads: 2 }`;
const data = `
study: several
tokenizer: bytes
sources:
  mail: { path: mail.jsonl }
  shuffled: { path: shuffled.jsonl }
recipes:
  mail: { mail: 1 }
  half: { mail: 0.5, shuffled: 0.5 }
  shuffled: { shuffled: 1 }
validate: { mail: { holdout: 10 %, of: mail } }
run: { output: results, workers: 2, threads: 1 }
`;
const proxy = (more: string) =>
  `{ model: ${model(1, 16)}, learningRate: 4e-3, tokens: 100k, batch: 16, context: 32, seeds: 2${more} }`;

async function run(models: string): Promise<StudyOutcome> {
  writeFileSync(work.path('study.yaml'), data + models);
  return runStudy(await loadStudy(work.path('study.yaml')));
}
const runs = () => readdirSync(work.path('results/runs')).length;

beforeAll(() => {
  const random = Random.fromSeed(20);
  const rows = readFileSync(mail, 'utf8').split('\n').filter(Boolean).slice(0, 600);
  const shuffled = rows.map((row) =>
    JSON.stringify({ text: random.shuffle([...(JSON.parse(row).text as string)]).join('') }),
  );
  work.write('mail.jsonl', rows.join('\n'));
  work.write('shuffled.jsonl', shuffled.join('\n'));
});

describe('a study of several models', () => {
  let alone: StudyOutcome;
  let outcome: StudyOutcome;
  beforeAll(async () => {
    alone = await run(`proxy: ${proxy('')}`);
    outcome = await run(`
proxy:
  - ${proxy(', sweep: { learningRate: [4e-3, 1e-5, 50] }')}
  - { model: { family: llama, layers: 1, width: 16, heads: 2 } }
target: { model: ${model(2, 24)}, context: 48, tokens: 120k, sweep: { learningRate: [2e-3, 6e-3] } }`);
  }, 300_000);

  test('has the ranking of its first proxy, from the same runs as without the others', () => {
    expect(alone.report.transfer).toBeUndefined();
    expect(outcome.report.ranking).toEqual(alone.report.ranking);
    // 3 recipes: 2 seeds of the proxy at three rates and of the llama, one of the target at two.
    expect(runs()).toBe(3 * (2 * 3 + 2 + 2));
    expect(outcome.report.cost.runs).toBe(30);
  });

  test('compares each proxy with the target, tuned for each recipe', () => {
    const transfer = outcome.report.transfer!;
    expect(transfer.map(({ proxy, target }) => [proxy, target])).toEqual([
      ['1x16', '2x24'],
      ['llama-1x16', '2x24'],
    ]);
    const own = transfer[0];
    expect(own!.settings.map(({ hyperparameters }) => hyperparameters.learningRate)).toEqual([
      1e-5, 4e-3, 50,
    ]);
    const tuned = own!.settings[1]!.transfer.mail!;
    expect(tuned.spearman.value).toBe(1);
    expect(own!.tuned[0]!.recipe).toBe('mail');
    expect(own!.tuned[0]).toMatchObject({ settings: 2 });
  });

  test('counts a rate that breaks training as the worst, not as missing', () => {
    const curve = outcome.report.transfer![0]!.curves.proxy.find(({ recipe }) => recipe === 'mail')!;
    const at = (rate: number) => curve.points.find(({ learningRate }) => learningRate === rate)!.value;
    expect(at(50) ?? Number.POSITIVE_INFINITY).toBeGreaterThan(at(4e-3)!);
    expect(curve.best).toBe(4e-3);
  });
});
