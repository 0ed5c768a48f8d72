/** A study killed at random moments ends with the bits of one that never stopped. */
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Random } from '../../src/random.js';
import { prepareSmallStudy } from '../train/small-study.js';
import { bitsOf, isGone, kill, startStudy, until, workerOf } from './study-process.js';

const root = mkdtempSync(join(tmpdir(), 'assay-sigkill-'));
const pristine = join(root, 'pristine');
const steps = 200;
let names: string[];
let expected: Awaited<ReturnType<typeof bitsOf>>[];
/** How long training takes when nothing interrupts it. */
let trainingMilliseconds: number;

beforeAll(async () => {
  const proxy = { tokens: { budget: steps * 4 * 32 }, evaluateEvery: 20 };
  const folders = await prepareSmallStudy(pristine, { proxy });
  names = folders.map((folder) => basename(folder));
  const whole = copyStudy('whole');
  const { end } = startStudy(whole);
  await until(() => whole.map(workerOf).find((pid) => pid !== undefined));
  const started = performance.now();
  expect(await end).toMatchObject({ code: 0 });
  trainingMilliseconds = performance.now() - started;
  expected = await Promise.all(whole.map(bitsOf));
});
afterAll(() => rmSync(root, { recursive: true }));

function copyStudy(name: string): string[] {
  cpSync(pristine, join(root, name), { recursive: true });
  return names.map((run) => join(root, name, 'runs', run));
}

/** There is a checkpoint to go on from. */
function isUnderWay(folder: string): boolean {
  return existsSync(join(folder, 'checkpoint.safetensors')) && !existsSync(join(folder, 'done.json'));
}

test('SIGKILL at 20 random moments, of a worker or the parent: the same command gives the same bits', async () => {
  const random = Random.fromSeed('moments');
  let resumed = 0;
  for (let moment = 0; moment < 20; moment++) {
    const folders = copyStudy(`killed-${moment}`);
    const { child, end } = startStudy(folders);
    await until(() => folders.map(workerOf).find((pid) => pid !== undefined) ?? child.exitCode ?? undefined);
    await sleep(random.uniform() * trainingMilliseconds);
    const victim = moment % 2 === 0 ? child.pid! : workerOf(folders[random.below(2)]!);
    kill(victim ?? child.pid!);
    if (folders.some(isUnderWay)) resumed++;
    const first = await end;
    if (first.code !== 0) expect(await startStudy(folders).end).toMatchObject({ code: 0 });
    expect(await Promise.all(folders.map(bitsOf)), `moment ${moment}`).toEqual(expected);
    rmSync(join(root, `killed-${moment}`), { recursive: true });
  }
  // Otherwise all moments were before the first checkpoint, and nothing was resumed.
  expect(resumed).toBeGreaterThan(0);
}, 400_000);

test('workers end when their parent is killed', async () => {
  const folders = copyStudy('orphans');
  const { child, end } = startStudy(folders);
  const workers = await until(() => {
    const pids = folders.map(workerOf);
    return pids.every((pid) => pid !== undefined) ? (pids as number[]) : undefined;
  });
  kill(child.pid!);
  await end;
  await until(() => (workers.every(isGone) ? true : undefined));
  expect(folders.map((folder) => existsSync(join(folder, 'done.json')))).toContain(false);
});

test('Ctrl-C writes checkpoints and exits with 130; the same command gives the same bits', async () => {
  const folders = copyStudy('interrupted');
  const { child, end } = startStudy(folders);
  await until(() => (existsSync(join(folders[0]!, 'checkpoint.safetensors')) ? true : undefined));
  child.kill('SIGINT');
  expect(await end).toMatchObject({ code: 130 });
  expect(folders.map((folder) => existsSync(join(folder, 'done.json')))).toContain(false);
  expect(await startStudy(folders).end).toMatchObject({ code: 0 });
  expect(await Promise.all(folders.map(bitsOf))).toEqual(expected);
});

test('two commands on the same study at once give the same bits as one', async () => {
  const folders = copyStudy('twice');
  const both = [startStudy(folders), startStudy(folders)];
  for (const { end } of both) expect(await end).toMatchObject({ code: 0 });
  expect(await Promise.all(folders.map(bitsOf))).toEqual(expected);
});

test('the number of workers does not change bits', async () => {
  const folders = copyStudy('one-worker');
  expect(await startStudy(folders, 1).end).toMatchObject({ code: 0 });
  expect(await Promise.all(folders.map(bitsOf))).toEqual(expected);
});
