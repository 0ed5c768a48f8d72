/** Several runs in one process end as each of them does alone. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ProxySpec, RunSpec } from '../../../src/records.js';
import { readSafetensors } from '../../../src/store/index.js';
import { prepareSmallStudy } from '../../train/small-study.js';
import { llama } from './models.js';
import { copyOf, describeTorch, hookTimeout, largestDifference, metricsOf, tryToTrain } from './worker.js';

/** A tenth of what is promised. */
const tolerance = 2e-5;
const steps = 50;
const proxy: Partial<ProxySpec> = { tokens: { budget: steps * 4 * 32 }, evaluateEvery: 10 };

describeTorch('a stack of runs', () => {
  const root = mkdtempSync(join(tmpdir(), 'assay-torch-stack-'));
  afterAll(() => rmSync(root, { recursive: true }));

  /** Two recipes with two seeds each; other rates, optimizers and validations for some of them. */
  let runs: string[];
  /** Run folders in the order of `runs`, by how they were trained. */
  const trained: Record<'alone' | 'stacked' | 'diverging' | 'halved' | 'split' | 'tooLarge', string[]> = {
    ...{ alone: [], stacked: [], diverging: [], halved: [], split: [], tooLarge: [] },
  };
  let llamas: { alone: string[]; stacked: string[] };
  let codes: number[];
  let said: string[];

  beforeAll(async () => {
    runs = await prepareSmallStudy(join(root, 'gpt2'), { proxy, seeds: [0, 1] });
    change(runs[1]!, ({ schedule }) => ({ schedule: { ...schedule, learningRate: 1e-3 } }));
    change(runs[2]!, ({ optimizer }) => ({ optimizer: { ...optimizer, weightDecay: 0, gradientClip: 0.3 } }));
    change(runs[3]!, () => ({ evaluateEvery: 7, keepOptimizer: true }));
    for (const [name, folders] of Object.entries(trained))
      folders.push(...runs.map((run, i) => copyOf(run, `${name}-${i}`)));
    change(trained.diverging[1]!, ({ schedule }) => ({ schedule: { ...schedule, learningRate: 1e30 } }));

    const both = await prepareSmallStudy(join(root, 'llama'), {
      proxy: { ...proxy, model: { ...llama, tied: true } },
    });
    llamas = { alone: both, stacked: both.map((run, i) => copyOf(run, `stacked-${i}`)) };

    const { alone, stacked, diverging, halved, split, tooLarge } = trained;
    const short = [
      ['--windows', '1', ...halved],
      ['--runs', '2', ...split],
      ['--windows', '0', ...tooLarge],
    ];
    const together = [stacked, diverging, llamas.stacked, ...short];
    const result = await tryToTrain([...[...alone, ...llamas.alone].map((folder) => [folder]), ...together]);
    codes = result.codes;
    said = result.errors.split('\n').filter(Boolean);
  }, hookTimeout);

  const endOf = (folder: string) => {
    const done = JSON.parse(readFileSync(join(folder, 'done.json'), 'utf8')) as object;
    return { ...done, lines: metricsOf(folder).length };
  };

  test('has the losses of its runs alone, each with its own data, seed, rate and optimizer', () => {
    for (const [i, folder] of trained.stacked.entries()) {
      expect(endOf(folder)).toEqual(endOf(trained.alone[i]!));
      expect(largestDifference(folder, trained.alone[i]!), `run ${i}`).toBeLessThan(tolerance);
    }
    const ends = trained.alone.map((folder) => JSON.stringify(metricsOf(folder).at(-1)));
    expect(new Set(ends).size).toBe(4);
  });

  test('has the losses of its runs alone with rotary positions and grouped queries', () => {
    for (const [i, folder] of llamas.stacked.entries())
      expect(largestDifference(folder, llamas.alone[i]!)).toBeLessThan(tolerance);
  });

  test('loses a run whose numbers are no longer finite, and the others end as without it', () => {
    const [first, diverged, ...others] = trained.diverging;
    expect(endOf(diverged!)).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(
        /^(loss|gradient norm|validation loss on "\w+") is (NaN|Infinity) after step \d+ of 50, at learning rate \S+\. Lower/,
      ),
    });
    expect(readdirSync(diverged!)).not.toContain('checkpoint.safetensors');
    for (const [i, folder] of [first!, ...others].entries())
      expect(largestDifference(folder, trained.alone[[0, 2, 3][i]!]!)).toBeLessThan(tolerance);
  });

  test('goes on with fewer runs and windows in a pass when memory ends, and says so', () => {
    expect(said.filter((line) => line.includes('more than 1 windows'))).toEqual([
      expect.stringMatching(/^warning: memory: .*; going on with 2 runs and 2 windows of each in a pass$/),
      expect.stringMatching(/; going on with 1 runs and 2 windows of each in a pass$/),
      expect.stringMatching(/; going on with 1 runs and 1 windows of each in a pass$/),
    ]);
    for (const [i, folder] of trained.halved.entries())
      expect(largestDifference(folder, trained.alone[i]!)).toBeLessThan(tolerance);
  });

  test('trains half of its runs first when the weights of all do not fit', () => {
    expect(said.filter((line) => line.includes('more than 2 runs'))).toEqual([
      'warning: memory: more than 2 runs; going on with 2 of 4 runs, and then with the others',
    ]);
    for (const [i, folder] of trained.split.entries())
      expect(largestDifference(folder, trained.alone[i]!)).toBeLessThan(tolerance);
  });

  test('ends with one message when memory is not enough for one run', () => {
    // Six runs alone, three stacks, the two with little memory, and this one.
    expect(codes).toEqual([...Array<number>(11).fill(0), 5]);
    expect(said.at(-1)).toMatch(
      /^error: memory: not enough for one run, got more than 0 windows\. Use a smaller model/,
    );
  });

  test('keeps the moments of the runs that ask for it, and only of those', async () => {
    const moments = trained.alone.map(async (folder) => {
      const { tensors } = await readSafetensors(join(folder, 'checkpoint.safetensors'));
      return [...tensors.keys()].filter((key) => key.startsWith('optimizer.')).length / tensors.size;
    });
    expect(await Promise.all(moments)).toEqual([0, 0, 0, 2 / 3]);
  });
});

/** Other values in `run.json`, as another study would have them. */
function change(folder: string, to: (spec: RunSpec) => Partial<RunSpec>): void {
  const path = join(folder, 'run.json');
  const spec = JSON.parse(readFileSync(path, 'utf8')) as RunSpec;
  writeFileSync(path, JSON.stringify({ ...spec, ...to(spec) }));
}
