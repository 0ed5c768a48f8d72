/** Elimination while it trains: who is stopped, what is left of the others, and what a kill changes. */
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { type EliminationInput, readElimination, trainWithElimination } from '../../src/elimination-run.js';
import { ExitCode } from '../../src/errors.js';
import { runLocally } from '../../src/executor/index.js';
import { replayElimination, trajectoriesOf } from '../../src/ranking/index.js';
import type { Elimination } from '../../src/records.js';
import { readProgress, readRunResult } from '../../src/train/index.js';
import { workspace } from '../corpus/workspace.js';
import { bitsOf, until } from '../executor/study-process.js';
import { prepareSmallStudy } from '../train/small-study.js';
import { copyStudy, prepareStudy } from './prepared-study.js';

const work = workspace();
let pristine: EliminationInput;
let whole: EliminationInput;
let input: EliminationInput;
let elimination: Elimination;
const stages: string[] = [];

beforeAll(async () => {
  pristine = await prepareStudy(work);
  whole = copyStudy(pristine, work.path('whole'));
  await runLocally({ folders: whole.runs.map(({ folder }) => folder), workers: 1 });
  input = copyStudy(pristine, work.path('eliminated'));
  elimination = await trainWithElimination(input, { workers: 1, onStage: (text) => stages.push(text) });
});

const decisionsOf = ({ output }: EliminationInput): string => {
  const folder = join(output, 'eliminations');
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join();
};
const indices = (of: EliminationInput, recipes: readonly string[]) =>
  of.runs.flatMap(({ recipe }, k) => (recipes.includes(recipe) ? k : []));

async function expectSameRuns(got: EliminationInput, recipes: readonly string[]): Promise<void> {
  for (const k of indices(got, recipes)) {
    expect(await bitsOf(got.runs[k]!.folder)).toEqual(await bitsOf(whole.runs[k]!.folder));
  }
}

describe('a study in which one recipe is noise instead of text', () => {
  test('stops it at the first rung, and says so', () => {
    expect(elimination.stopped.find(({ recipe }) => recipe === 'noise')).toMatchObject({ step: 40 });
    expect(elimination.kept).toContain('mail');
    expect(elimination.savedShare).toBeGreaterThan(0.19);
    expect(stages.join('\n')).toMatch(/after 20 % of the training stopped: .*noise/);
  });

  test('leaves the runs of the others as they are without elimination, bit for bit', async () => {
    expect(elimination.kept.length).toBeGreaterThanOrEqual(2);
    await expectSameRuns(input, elimination.kept);
  });

  test('leaves what was stopped neither failed nor finished, at its rung', async () => {
    for (const { recipe, step } of elimination.stopped) {
      for (const k of indices(input, [recipe])) {
        const { folder } = input.runs[k]!;
        expect(readProgress(folder)).toMatchObject({ status: 'started', step });
        expect(await readRunResult(folder)).toBeUndefined();
      }
    }
  });

  test('does what a replay of the finished runs says', async () => {
    const results = await Promise.all(whole.runs.map(({ folder }) => readRunResult(folder)));
    const trajectories = trajectoriesOf(
      results.map((result) => result!),
      whole.weights,
    );
    const replay = replayElimination(trajectories, whole.eliminate, 19);
    expect(replay.elimination).toEqual(elimination);
    expect(replay.bestStopped).toBe(false);
  });

  test('is read from its decisions when nothing is to be trained', () => {
    expect(readElimination(input)).toEqual(elimination);
    expect(readElimination(whole)).toMatchObject({ stopped: [], savedShare: 0, risk: 0 });
  });

  test('takes the same decisions when the file of decisions is damaged or gone', async () => {
    const copy = copyStudy(input, work.path('damaged'));
    const [name] = readdirSync(join(copy.output, 'eliminations'));
    const file = join(copy.output, 'eliminations', name!);
    const lines = decisionsOf(input).split('\n');
    appendFileSync(file, '{"hash":"00","rung":{"step":999}}\n');
    expect(readElimination(copy)).toEqual(elimination);
    expect(await trainWithElimination(copy)).toEqual(elimination);
    expect(decisionsOf(copy).split('\n')).toEqual(lines);
  });

  test('trains what was stopped when elimination is turned off later, to the same bits', async () => {
    const copy = copyStudy(input, work.path('turned-off'));
    await runLocally({ folders: copy.runs.map(({ folder }) => folder), workers: 1 });
    await expectSameRuns(
      copy,
      copy.runs.map(({ recipe }) => recipe),
    );
    expect(await trainWithElimination(copy)).toEqual(elimination);
  });
});

test('killed in the middle of any rung and taken up again, it decides the same and leaves the same bits', async () => {
  const copy = copyStudy(pristine, work.path('killed'));
  const script = fileURLToPath(new URL('run-eliminated.mjs', import.meta.url));
  const furthest = () => Math.max(...copy.runs.map(({ folder }) => readProgress(folder).step));
  for (const step of [10, 50, 130]) {
    const child = spawn(process.execPath, [script, JSON.stringify(copy)], { stdio: 'ignore' });
    const end = new Promise((resolve) => child.on('close', resolve));
    await until(() => (furthest() >= step ? true : undefined));
    child.kill('SIGKILL');
    await end;
    expect(readElimination(copy).kept.length).toBeGreaterThanOrEqual(elimination.kept.length);
  }
  expect(await trainWithElimination(copy, { workers: 1 })).toEqual(elimination);
  expect(decisionsOf(copy)).toBe(decisionsOf(input));
  await expectSameRuns(copy, elimination.kept);
}, 240_000);

describe('elimination is refused', () => {
  const refused = (folders: string[], seeds: number[]) =>
    trainWithElimination({
      ...pristine,
      runs: folders.map((folder, k) => ({ folder, recipe: `r${k}`, seed: seeds[k]! })),
      output: work.path('refused'),
    });

  test("for a user's own trainer", async () => {
    const folders = await prepareSmallStudy(work.path('command'), {
      engine: { name: 'command', command: ['true'], folder: work.folder, version: '1' },
    });
    await expect(refused(folders, [0, 1])).rejects.toMatchObject({
      exitCode: ExitCode.study,
      message: expect.stringContaining('your own trainer cannot be stopped at a step'),
    });
    expect(existsSync(work.path('refused'))).toBe(false);
  });

  test('for a single seed', async () => {
    const folders = await prepareSmallStudy(work.path('single'));
    await expect(refused(folders, [0, 0])).rejects.toThrow('at least 2 seeds');
  });
});
