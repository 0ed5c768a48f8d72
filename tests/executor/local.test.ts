import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ExitCode } from '../../src/errors.js';
import { type RunProgress, runLocally } from '../../src/executor/index.js';
import type { RunOutcome } from '../../src/records.js';
import { readRunResult } from '../../src/train/index.js';
import { prepareSmallStudy } from '../train/small-study.js';
import { bitsOf, kill, until, workerOf } from './study-process.js';

const root = mkdtempSync(join(tmpdir(), 'assay-local-'));
const pristine = join(root, 'pristine');
let names: string[];
beforeAll(async () => {
  names = (await prepareSmallStudy(pristine, { seeds: [0, 1] })).map((folder) => basename(folder));
});
afterAll(() => rmSync(root, { recursive: true }));

function copyStudy(name: string): string[] {
  cpSync(pristine, join(root, name), { recursive: true });
  return names.map((run) => join(root, name, 'runs', run));
}

const statuses = (outcomes: RunOutcome[]) => outcomes.map(({ status }) => status);

test('every run is trained, two at once, and progress says how far it is', async () => {
  const folders = copyStudy('all');
  const told: RunProgress[] = [];
  const outcomes = await runLocally({ folders, workers: 2, onProgress: (progress) => told.push(progress) });
  expect(statuses(outcomes)).toEqual(['done', 'done', 'done', 'done']);
  expect(
    told
      .filter(({ status }) => status === 'done')
      .map(({ id }) => id)
      .sort(),
  ).toEqual([...names].sort());
  expect(told.at(-1)!.overall).toEqual({ ended: 4, runs: 4, secondsLeft: 0 });
  for (const { status, step, steps, tokensPerSecond, lossNats } of told) {
    if (status === 'done') expect(step).toBe(steps);
    expect(tokensPerSecond).toBeGreaterThan(0);
    expect(lossNats).toBeGreaterThan(0);
  }
  const again: RunProgress[] = [];
  expect(await runLocally({ folders, onProgress: (progress) => again.push(progress) })).toEqual(outcomes);
  expect(again).toEqual([]);
});

test('a run whose loss is not finite fails with a reason, and the others go on', async () => {
  const [good] = copyStudy('good');
  const [bad] = await prepareSmallStudy(join(root, 'bad'), { proxy: { learningRate: 1e30 } });
  const outcomes = await runLocally({ folders: [bad!, good!], workers: 1 });
  expect(statuses(outcomes)).toEqual(['failed', 'done']);
  expect((outcomes[0] as { reason: string }).reason).toContain('at learning rate');
});

describe('a run whose process dies', () => {
  test('is tried once more, and ends as if nothing had happened', async () => {
    const [folder, other] = copyStudy('dies-once');
    const [whole] = copyStudy('whole');
    await runLocally({ folders: [whole!] });
    const notices: string[] = [];
    const done = runLocally({ folders: [folder!, other!], workers: 2, onNotice: (n) => notices.push(n) });
    kill(await until(() => workerOf(folder!)));
    expect(statuses(await done)).toEqual(['done', 'done']);
    expect(notices.join()).toMatch(/was killed \(SIGKILL\).*trying once more/);
    expect(await bitsOf(folder!)).toEqual(await bitsOf(whole!));
  });

  test('fails alone when it dies again, and the same call later goes on with it', async () => {
    const [folder, ...others] = copyStudy('dies-twice');
    const folders = [folder!, ...others];
    const done = runLocally({ folders, workers: 2 });
    const first = await until(() => workerOf(folder!));
    kill(first);
    kill(await until(() => [workerOf(folder!)].find((pid) => pid !== undefined && pid !== first)));
    const outcomes = await done;
    expect(statuses(outcomes)).toEqual(['failed', 'done', 'done', 'done']);
    expect((await readRunResult(folder!))!.failure).toContain('SIGKILL');
    expect(statuses(await runLocally({ folders }))).toEqual(['done', 'done', 'done', 'done']);
    expect((await readRunResult(folder!))!.failure).toBeUndefined();
    expect(existsSync(join(folder!, 'crashed.json'))).toBe(false);
  });
});

test('a run that cannot be done fails with the reason, and the others go on', async () => {
  const [broken, ...others] = copyStudy('broken');
  rmSync(join(broken!, 'plan'), { recursive: true });
  const outcomes = await runLocally({ folders: [broken!, ...others] });
  expect(statuses(outcomes)).toEqual(['failed', 'done', 'done', 'done']);
  expect((outcomes[0] as { reason: string }).reason).toContain('holds no plan');
});

test('what the machine refuses stops all runs with an error of the system, and the same call goes on', async () => {
  const [refused, ...others] = copyStudy('refused');
  const folders = [refused!, ...others];
  mkdirSync(join(refused!, 'run.lock'));
  await expect(runLocally({ folders, workers: 1 })).rejects.toMatchObject({
    exitCode: ExitCode.system,
    subject: join(refused!, 'run.lock'),
  });
  expect(existsSync(join(refused!, 'crashed.json'))).toBe(false);
  expect(others.some((folder) => existsSync(join(folder, 'metrics.jsonl')))).toBe(false);
  rmSync(join(refused!, 'run.lock'), { recursive: true });
  expect(statuses(await runLocally({ folders }))).toEqual(['done', 'done', 'done', 'done']);
});

test('a worker that says something before it dies is quoted', async () => {
  const [folder] = copyStudy('last-words');
  const worker = join(root, 'broken-worker.mjs');
  writeFileSync(worker, "console.error('no such library'); process.exit(3);\n");
  const [outcome] = await runLocally({ folders: [folder!], worker });
  expect(outcome).toMatchObject({
    status: 'failed',
    reason: 'its process ended with code 3; it said: no such library',
  });
});

test('a folder that is not a run is refused before anything starts', async () => {
  const [folder] = copyStudy('not-a-run');
  await expect(runLocally({ folders: [folder!, root] })).rejects.toThrow('not a run folder');
  expect(existsSync(join(folder!, 'metrics.jsonl'))).toBe(false);
});

test('a signal that was aborted before starts nothing', async () => {
  const folders = copyStudy('aborted');
  const stopped = runLocally({ folders, signal: AbortSignal.abort() });
  await expect(stopped).rejects.toMatchObject({ exitCode: ExitCode.interrupted });
  expect(existsSync(join(folders[0]!, 'metrics.jsonl'))).toBe(false);
});
