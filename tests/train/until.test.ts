/** A run that pauses at a step is the run that never paused. */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ExitCode } from '../../src/errors.js';
import { runLocally } from '../../src/executor/index.js';
import { readProgress, readRunResult, trainRun } from '../../src/train/index.js';
import { bitsOf } from '../executor/study-process.js';
import { prepareSmallStudy } from './small-study.js';

const root = mkdtempSync(join(tmpdir(), 'assay-until-'));
let pristine: string;
let whole: Awaited<ReturnType<typeof bitsOf>>;
beforeAll(async () => {
  pristine = (await prepareSmallStudy(join(root, 'study')))[0]!;
  const folder = copyRun('whole');
  await trainRun(folder);
  whole = await bitsOf(folder);
});
afterAll(() => rmSync(root, { recursive: true }));

function copyRun(name: string): string {
  const copy = join(pristine, '..', name);
  cpSync(pristine, copy, { recursive: true });
  return copy;
}
const metricsOf = (folder: string) => readFileSync(join(folder, 'metrics.jsonl'), 'utf8');

describe('a run that is asked to stop at a step', () => {
  test('pauses there, validated, without a result or a failure', async () => {
    const folder = copyRun('paused');
    expect(await trainRun(folder, { until: 21 })).toEqual({ status: 'paused', step: 21 });
    expect(readProgress(folder)).toMatchObject({ status: 'started', step: 21 });
    expect(await readRunResult(folder)).toBeUndefined();
    expect(existsSync(join(folder, 'done.json'))).toBe(false);
    expect(JSON.parse(metricsOf(folder).trimEnd().split('\n').at(-1)!)).toMatchObject({
      kind: 'evaluation',
      step: 21,
    });
  });

  test('ends with the bits of one that never paused, wherever it paused and however often', async () => {
    const folder = copyRun('often');
    // 25 lies between validations; 14 lies behind.
    for (const [until, step] of [
      [14, 14],
      [25, 25],
      [14, 25],
      [25, 25],
      [42, 42],
    ] as const) {
      expect(await trainRun(folder, { until })).toEqual({ status: 'paused', step });
    }
    expect(await trainRun(folder)).toMatchObject({ status: 'done', step: 60 });
    expect(await bitsOf(folder)).toEqual(whole);
  });

  test('is done when the step is its last, or it was done before', async () => {
    const folder = copyRun('last');
    expect(await trainRun(folder, { until: 60 })).toMatchObject({ status: 'done', step: 60 });
    expect(await trainRun(folder, { until: 7 })).toMatchObject({ status: 'done', step: 60 });
    expect(await bitsOf(folder)).toEqual(whole);
  });
});

test('worker processes pause every run, report all of them at the step, and go on', async () => {
  const folders = [copyRun('first'), copyRun('second')];
  const overall: unknown[] = [];
  const paused = await runLocally({
    folders,
    workers: 1,
    until: 28,
    onProgress: (progress) => overall.push(progress.overall),
  });
  expect(paused).toEqual([28, 28].map((step) => ({ status: 'paused', step })));
  expect(overall.at(-1)).toEqual({ ended: 2, runs: 2, secondsLeft: 0 });
  const ended = await runLocally({ folders, workers: 1 });
  expect(ended.map(({ status }) => status)).toEqual(['done', 'done']);
  for (const folder of folders) expect(await bitsOf(folder)).toEqual(whole);
});

test('a command is not asked to pause: it could not be told when', async () => {
  const [folder] = await prepareSmallStudy(join(root, 'command'), {
    engine: { name: 'command', command: ['true'], folder: root, version: '1' },
  });
  await expect(trainRun(folder!, { until: 7 })).rejects.toMatchObject({
    exitCode: ExitCode.study,
    message: expect.stringContaining('a command cannot be stopped at a step'),
  });
});
