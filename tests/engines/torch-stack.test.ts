/** Several runs in one process of PyTorch: the study sees runs, and one that goes wrong leaves the others alone. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type RunProgress, runLocally } from '../../src/executor/index.js';
import type { RunOutcome, TorchEngine } from '../../src/records.js';
import { readRunResult, trainStack } from '../../src/train/index.js';
import { kill, until } from '../executor/study-process.js';
import { prepareSmallStudy } from '../train/small-study.js';
import { copyOf, describeTorch, largestDifference } from './torch/worker.js';
import { trainersOf } from './trainers.js';

// Each start of a process imports PyTorch: seconds, and far more on a machine with other work.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

const engine: TorchEngine = { name: 'torch', precision: 'fp32', device: 'cpu', compile: 'never', stack: 3 };
const statuses = (outcomes: readonly RunOutcome[]) => outcomes.map(({ status }) => status);

describeTorch('a stack of runs with PyTorch', () => {
  const root = mkdtempSync(join(tmpdir(), 'assay-torch-stack-'));
  afterAll(() => rmSync(root, { recursive: true }));
  /** Three runs, and each trained alone. */
  let runs: string[];
  let alone: string[];
  beforeAll(async () => {
    runs = await prepareSmallStudy(join(root, 'study'), { engine, seeds: [0, 1, 2], recipes: oneRecipe });
    alone = runs.map((run) => copyOf(run, `alone-${basename(run)}`));
    for (const run of alone) expect(await trainStack([run], {})).toMatchObject([{ status: 'done' }]);
  });
  const stackOf = (name: string): string[] => runs.map((run) => copyOf(run, `${name}-${basename(run)}`));

  test('is trained in one process, each run as it would be alone', async () => {
    const folders = stackOf('whole');
    const told: RunProgress[] = [];
    const training = runLocally({ folders, onProgress: (progress) => told.push(progress) });
    const leaders = await until(() =>
      trainersOf(folders[2]!).length > 1 ? folders.map(leaderOf) : undefined,
    );
    expect(new Set(leaders).size).toBe(1);
    expect(statuses(await training)).toEqual(['done', 'done', 'done']);
    expect(told.at(-1)!.overall).toMatchObject({ ended: 3, runs: 3 });
    for (const [i, folder] of folders.entries()) {
      expect(largestDifference(folder, alone[i]!)).toBeLessThan(2e-4);
      const { failure, evaluations } = (await readRunResult(folder))!;
      expect(failure).toBeUndefined();
      expect(evaluations.length).toBeGreaterThan(2);
    }
  });

  test('goes on when its process is killed', async () => {
    const folders = stackOf('killed');
    const notices: string[] = [];
    const training = runLocally({ folders, checkpointSeconds: 0.05, onNotice: (n) => notices.push(n) });
    await until(() => (linesOf(folders[1]!) > 20 ? true : undefined));
    kill(trainersOf(folders[1]!).at(-1)!);
    expect(statuses(await training)).toEqual(['done', 'done', 'done']);
    expect(notices.join()).toMatch(/and 2 more: the trainer was ended by SIGKILL.*trying once more/);
    for (const [i, folder] of folders.entries())
      expect(largestDifference(folder, alone[i]!)).toBeLessThan(2e-4);
  });

  test('loses a run that diverges, one that cannot be read and one that the worker dies of, and no other', async () => {
    const [diverging] = await prepareSmallStudy(join(root, 'study'), {
      engine,
      recipes: oneRecipe,
      proxy: { learningRate: 1e30 },
    });
    const [good, torn, broken] = stackOf('bad') as [string, string, string];
    writeFileSync(join(torn, 'plan', 'phase-0.json'), '{');
    // A new file: the initial weights are shared by a hard link.
    rmSync(join(broken, 'init.safetensors'));
    writeFileSync(join(broken, 'init.safetensors'), 'no tensors');
    const folders = [diverging!, good, torn, broken];
    const outcomes = await runLocally({ folders: folders.slice(0, 3) });
    expect(statuses(outcomes)).toEqual(['failed', 'done', 'failed']);
    expect(await readRunResult(diverging!)).toMatchObject({ diverged: true });
    expect((outcomes[2] as { reason: string }).reason).toContain('phase-0.json');
    expect((await readRunResult(torn))!.diverged).toBeUndefined();

    const others = stackOf('beside');
    const notices: string[] = [];
    const ends = await trainStack([others[0]!, broken, others[2]!], { onNotice: (n) => notices.push(n) });
    expect(ends[0]).toMatchObject({ status: 'done' });
    expect(ends[2]).toMatchObject({ status: 'done' });
    expect(String(ends[1])).toMatch(/the trainer: ended with code \d.*init\.safetensors/s);
    expect(notices.join('\n')).toMatch(/trying once more.*trying each half on its own/s);
    expect(largestDifference(others[0]!, alone[0]!)).toBeLessThan(2e-4);
  });
});

const oneRecipe = {
  all: {
    kind: 'natural' as const,
    sources: Object.fromEntries(['words', 'sums', 'code'].map((name) => [name, { repeat: 1, where: [] }])),
  },
};

function leaderOf(folder: string): number {
  return (JSON.parse(readFileSync(join(folder, 'trainer.json'), 'utf8')) as { leader: { pid: number } })
    .leader.pid;
}

function linesOf(folder: string): number {
  try {
    return readFileSync(join(folder, 'metrics.jsonl'), 'utf8').split('\n').length - 1;
  } catch {
    return 0;
  }
}
