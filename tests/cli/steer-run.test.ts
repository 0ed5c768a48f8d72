/** `assay steer run`: a run whose mixture its own losses decide, on real mail beside letters drawn at random. */
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../src/random.js';
import { readPlan } from '../../src/recipe/index.js';
import type { SteeredRun } from '../../src/steered-runs.js';
import { readEvaluations, readProgress } from '../../src/train/index.js';
import { bitsOf, kill, until } from '../executor/study-process.js';
import { assay, folderWith, startAssay } from './assay.js';

const mail = readFileSync(
  fileURLToPath(new URL('../../examples/demo/data/ham.jsonl', import.meta.url)),
  'utf8',
)
  .split('\n')
  .filter(Boolean)
  .slice(0, 600)
  .join('\n');
const random = Random.fromSeed(8);
const letters = () => Array.from({ length: 700 }, () => String.fromCharCode(97 + random.below(26))).join('');
const noise = Array.from({ length: 600 }, () => JSON.stringify({ text: letters() })).join('\n');

/** 60 steps in three stages. */
const study = (name: string, recipes: string, seeds: number, evaluateEvery = 20) => `
study: ${name}
tokenizer: bytes
sources:
  mail: { path: mail.jsonl }
  noise: { path: noise.jsonl }
recipes:
${recipes}
validate:
  mail: { holdout: 5 %, of: mail }
  noise: { holdout: 5 %, of: noise }
proxy:
  model: { layers: 1, width: 32, heads: 2 }
  learningRate: 5e-3
  tokens: 30720
  batch: 16
  context: 32
  seeds: ${seeds}
  evaluateEvery: ${evaluateEvery}
  evaluationTokens: 2k
run: { output: results/${name}, checkpointSeconds: 0 }
`;

const proxies = Array.from({ length: 8 }, (_, i) => {
  const [a, b, c] = Array.from({ length: 3 }, () => (0.05 + 0.9 * random.uniform()).toFixed(3));
  const stage = (share: string | undefined) => `mail: ${share}, noise: ${(1 - Number(share)).toFixed(3)}`;
  return `  proxy-${i}: { stages: [{ until: 33.3 %, ${stage(a)} }, { until: 66.7 %, ${stage(b)} }, { ${stage(c)} }] }`;
}).join('\n');
const target = '  online: { mail: 0.5, noise: 0.5 }';

const folder = folderWith({
  'proxies.yaml': study('proxies', proxies, 1),
  'target.yaml': study('target', target, 2),
  'killed.yaml': study('killed', target, 2),
  'between.yaml': study('between', target, 1, 15),
  'mail.jsonl': mail,
  'noise.jsonl': noise,
});
const steer = (...args: string[]) => assay(folder, 'steer', ...args);

let runs: SteeredRun[];
beforeAll(() => {
  const trained = assay(folder, 'run', 'proxies.yaml', '--quiet');
  expect({ code: trained.exitCode, stderr: trained.stderr }).toMatchObject({ code: 0 });
  const planned = steer(
    ...['plan', '--results', 'results/proxies', '--objective', 'mail=1', '--out', 'controller', '--quiet'],
    ...['--stages', '3', '--regressor', 'linear', '--horizon', 'hold', '--draws', '300', '--json'],
  );
  expect({ code: planned.exitCode, stderr: planned.stderr }).toMatchObject({ code: 0 });
  const steered = steer('run', 'target.yaml', '--controller', 'controller', '--quiet', '--json');
  expect({ code: steered.exitCode, stderr: steered.stderr }).toMatchObject({ code: 0 });
  runs = JSON.parse(steered.stdout);
}, 180_000);

describe('a steered run', () => {
  test('asks its controller at the begin of each stage, with its own losses', () => {
    expect(runs.map(({ seed }) => seed)).toEqual([0, 1]);
    for (const { folder: run, answers } of runs) {
      const evaluations = readEvaluations(run);
      const { phases } = readPlan(run);
      expect(answers.map(({ stage }) => stage)).toEqual([0, 1, 2]);
      expect(phases.map(({ observed }) => observed?.step)).toEqual([0, 20, 40]);
      for (const { observed } of phases) {
        const { domains } = evaluations.find(({ step }) => step === observed!.step)!;
        expect(observed!.lossNats).toEqual({ mail: domains.mail!.lossNats, noise: domains.noise!.lossNats });
      }
    }
    // Other weights to begin with, other losses.
    expect(readPlan(runs[0]!.folder).phases[0]!.observed).not.toEqual(
      readPlan(runs[1]!.folder).phases[0]!.observed,
    );
  });

  test('is trained on the mixtures that were answered, to within a window', () => {
    for (const { folder: run, answers } of runs) {
      for (const [stage, { windows, sources }] of readPlan(run).phases.entries()) {
        for (const { source, windows: own } of sources)
          expect(Math.abs(own - windows * answers[stage]!.mixture[source]!)).toBeLessThan(1);
      }
    }
  });

  test('ends with the same bits when it was killed on the way', async () => {
    const args = ['steer', 'run', 'killed.yaml', '--controller', 'controller', '--quiet'];
    for (const step of [8, 30]) {
      const child = startAssay(folder, ...args);
      const at = join(folder, 'results/killed/runs');
      await until(() => {
        const names = existsSync(at) ? readdirSync(at).filter((name) => !name.startsWith('.')) : [];
        return names.some((name) => readProgress(join(at, name)).step >= step) ? true : undefined;
      });
      kill(child.pid!);
      await once(child, 'close');
    }
    const again = assay(folder, ...args, '--json');
    expect({ code: again.exitCode, stderr: again.stderr }).toMatchObject({ code: 0 });
    const killed: SteeredRun[] = JSON.parse(again.stdout);
    for (const [i, run] of killed.entries()) {
      expect(run.answers).toEqual(runs[i]!.answers);
      expect((await bitsOf(run.folder)).lines).toEqual((await bitsOf(runs[i]!.folder)).lines);
    }
  }, 120_000);

  test('needs a validation where a stage begins', () => {
    const { exitCode, stderr } = steer('run', 'between.yaml', '--controller', 'controller', '--quiet');
    expect(exitCode).toBe(3);
    expect(stderr).toContain('proxy.evaluateEvery: no validation where a stage begins');
    expect(stderr).toContain('a divisor of 20, 40');
  });
});
