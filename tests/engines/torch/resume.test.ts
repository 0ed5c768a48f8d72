/** A worker can be stopped or killed at any moment: the next one ends with the same bits. */
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Random } from '../../../src/random.js';
import { hashFile } from '../../../src/store/index.js';
import { until } from '../../executor/study-process.js';
import { prepareSmallStudy } from '../../train/small-study.js';
import {
  copyOf,
  describeTorch,
  type Ended,
  hookTimeout,
  largestDifference,
  startWorker,
  train,
} from './worker.js';

const steps = 300;
const proxy = { tokens: { budget: steps * 4 * 32 }, evaluateEvery: 50 };

describeTorch('a worker', () => {
  const root = mkdtempSync(join(tmpdir(), 'assay-torch-resume-'));
  afterAll(() => rmSync(root, { recursive: true }));
  let runs: string[];
  const copy = (name: string): string => copyOf(runs[0]!, name);
  const copies = (name: string): string[] => runs.map((run, i) => copyOf(run, `${name}-${i}`));

  /** Trained without a break: one run, and two at the same time. */
  let alone: string;
  let stacked: string[];
  let [killed, stopped, tornMetrics, tornCheckpoint]: string[] = [];
  let killedStack: string[];
  let stop: Ended;
  /** Of the run that was stopped, when it was, before and after lines came late. */
  let linesAtStop: string[];
  /** What workers said that took up what others had left. */
  let said: string[];
  let endedBefore: number;

  beforeAll(async () => {
    runs = await prepareSmallStudy(root, { proxy, keepOptimizer: true });
    alone = copy('alone');
    stacked = copies('stacked');
    const whole = train([
      ['--device', 'cpu', alone],
      ['--device', 'cpu', ...stacked],
    ]);

    killed = copy('killed');
    const random = Random.fromSeed('moments');
    for (const from of [60, 190]) {
      const { signal } = await interrupt([killed], from + random.below(60), 'SIGKILL');
      expect(signal).toBe('SIGKILL');
      expect(existsSync(join(killed, 'checkpoint.safetensors'))).toBe(true);
    }
    killedStack = copies('killed-stack');
    await interrupt(killedStack, 150, 'SIGKILL');
    stopped = copy('stopped');
    stop = await interrupt([stopped], 120, 'SIGTERM');
    expect(existsSync(join(stopped, 'done.json'))).toBe(false);
    linesAtStop = linesOf(stopped);
    const last = JSON.parse(linesAtStop.findLast((line) => line.includes('"step", '))!) as { step: number };
    const late = JSON.stringify({ ...last, step: last.step + 1, lossNats: 1 });
    appendFileSync(join(stopped, 'metrics.jsonl'), `${late}\n{"kind": "st`);

    await whole;
    [tornMetrics, tornCheckpoint] = [copy('torn-metrics'), copy('torn-checkpoint')];
    for (const folder of [tornMetrics, tornCheckpoint])
      for (const name of ['metrics.jsonl', 'checkpoint.safetensors'])
        copyFileSync(join(alone, name), join(folder, name));
    writeFileSync(join(tornMetrics, 'metrics.jsonl'), 'no JSON\n');
    writeFileSync(join(tornCheckpoint, 'checkpoint.safetensors'), 'torn');
    endedBefore = statSync(join(alone, 'metrics.jsonl')).mtimeMs;
    const stacks = [[killed], killedStack, [stopped], [tornMetrics], [tornCheckpoint], [alone]];
    const errors = await train(stacks.map((folders) => ['--device', 'cpu', ...folders]));
    said = errors.split('\n').filter(Boolean);
  }, hookTimeout);

  test('that is killed goes on from its checkpoint, to the same bits', async () => {
    expect(await bitsOf(killed!)).toEqual(await bitsOf(alone));
  });

  test('that is killed with a stack goes on with every run from where it was', () => {
    // Runs that are not at the same step for a while are computed apart from each other.
    for (const [i, folder] of killedStack.entries())
      expect(largestDifference(folder, stacked[i]!)).toBeLessThan(2e-5);
  });

  test('that gets SIGTERM writes a checkpoint and ends well; the next one drops late and torn lines', async () => {
    expect(stop).toMatchObject({ code: 0, errors: '' });
    expect(await bitsOf(stopped!)).toEqual(await bitsOf(alone));
    expect(linesOf(stopped!).slice(0, linesAtStop.length)).toEqual(linesAtStop);
  });

  test('starts again, and says so, when metrics or checkpoint are damaged, and is silent else', async () => {
    expect(said).toEqual([
      expect.stringMatching(
        /^warning: \S+: metrics\.jsonl does not reach the checkpoint, so this run starts again$/,
      ),
      expect.stringMatching(/^warning: \S+: the checkpoint cannot be used, so this run starts again/),
    ]);
    for (const folder of [tornMetrics!, tornCheckpoint!])
      expect(await bitsOf(folder)).toEqual(await bitsOf(alone));
  });

  test('leaves a run that has ended as it is', () => {
    expect(statSync(join(alone, 'metrics.jsonl')).mtimeMs).toBe(endedBefore);
  });
});

const results = ['metrics.jsonl', 'documents.jsonl', 'checkpoint.safetensors', 'done.json'];
const bitsOf = (folder: string): Promise<string[]> =>
  Promise.all(results.map((file) => hashFile(join(folder, file))));

function linesOf(folder: string): string[] {
  const path = join(folder, 'metrics.jsonl');
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
}

/** Ends a worker that writes checkpoints all the time when there are so many lines. */
async function interrupt(
  folders: readonly string[],
  lines: number,
  signal: 'SIGTERM' | 'SIGKILL',
): Promise<Ended> {
  const { child, end } = startWorker(['--device', 'cpu', '--checkpoint-seconds', '0', ...folders]);
  await until(() => (linesOf(folders[0]!).length >= lines || child.exitCode !== null ? true : undefined));
  child.kill(signal);
  return end;
}
