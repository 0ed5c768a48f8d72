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
import { copyOf, describeTorch, largestDifference, startWorker, train } from './worker.js';

const steps = 300;
const proxy = { tokens: { budget: steps * 4 * 32 }, evaluateEvery: 50 };
/** As often as steps allow. */
const often = ['--device', 'cpu', '--checkpoint-seconds', '0'];

describeTorch('a worker', () => {
  const root = mkdtempSync(join(tmpdir(), 'assay-torch-resume-'));
  afterAll(() => rmSync(root, { recursive: true }));
  let runs: string[];
  let alone: string;
  let stacked: string[];

  beforeAll(async () => {
    runs = await prepareSmallStudy(root, { proxy, keepOptimizer: true });
    alone = copyOf(runs[0]!, 'alone');
    stacked = copies('stacked');
    await train([
      ['--device', 'cpu', alone],
      ['--device', 'cpu', ...stacked],
    ]);
  });

  const copies = (name: string): string[] => runs.map((run, i) => copyOf(run, `${name}-${i}`));
  const results = ['metrics.jsonl', 'documents.jsonl', 'checkpoint.safetensors', 'done.json'];
  const bitsOf = (folder: string): Promise<string[]> =>
    Promise.all(results.map((file) => hashFile(join(folder, file))));
  const linesOf = (folder: string): string[] => {
    const path = join(folder, 'metrics.jsonl');
    return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
  };

  /** Ends the worker when there are so many lines. */
  async function interrupt(folders: readonly string[], lines: number, signal: 'SIGTERM' | 'SIGKILL') {
    const { child, end } = startWorker([...often, ...folders]);
    await until(() => (linesOf(folders[0]!).length >= lines || child.exitCode !== null ? true : undefined));
    child.kill(signal);
    return end;
  }

  test('that is killed goes on from its checkpoint, to the same bits', async () => {
    const folder = copyOf(runs[0]!, 'killed');
    const random = Random.fromSeed('moments');
    for (const from of [60, 190]) {
      const ended = await interrupt([folder], from + random.below(60), 'SIGKILL');
      expect(ended).toMatchObject({ signal: 'SIGKILL', errors: '' });
      expect(existsSync(join(folder, 'checkpoint.safetensors'))).toBe(true);
    }
    expect(await train([['--device', 'cpu', folder]])).toBe('');
    expect(await bitsOf(folder)).toEqual(await bitsOf(alone));
  });

  test('that is killed with a stack goes on with every run from where it was', async () => {
    const folders = copies('killed-stack');
    await interrupt(folders, 150, 'SIGKILL');
    expect(await train([['--device', 'cpu', ...folders]])).toBe('');
    // Runs that are not at the same step for a while are computed apart from each other.
    for (const [i, folder] of folders.entries())
      expect(largestDifference(folder, stacked[i]!)).toBeLessThan(2e-5);
  });

  test('that gets SIGTERM writes a checkpoint and ends well; the next one drops late and torn lines', async () => {
    const folder = copyOf(runs[0]!, 'stopped');
    const { code, errors } = await interrupt([folder], 120, 'SIGTERM');
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(existsSync(join(folder, 'done.json'))).toBe(false);
    const kept = linesOf(folder);
    const late = JSON.parse(kept.findLast((line) => line.includes('"step", '))!) as { step: number };
    const path = join(folder, 'metrics.jsonl');
    appendFileSync(path, `${JSON.stringify({ ...late, step: late.step + 1, lossNats: 1 })}\n{"kind": "st`);
    expect(await train([['--device', 'cpu', folder]])).toBe('');
    expect(await bitsOf(folder)).toEqual(await bitsOf(alone));
    expect(linesOf(folder).slice(0, kept.length)).toEqual(kept);
  });

  test.each([
    [
      'metrics.jsonl',
      'no JSON\n',
      /warning: \S+: metrics\.jsonl does not reach the checkpoint, so this run starts again/,
    ],
    [
      'checkpoint.safetensors',
      'torn',
      /warning: \S+: the checkpoint cannot be used, so this run starts again/,
    ],
  ])('starts again, and says so, when %s is damaged', async (file, text, warning) => {
    const folder = copyOf(runs[0]!, `damaged-${file}`);
    for (const name of ['metrics.jsonl', 'checkpoint.safetensors'])
      copyFileSync(join(alone, name), join(folder, name));
    writeFileSync(join(folder, file), text);
    expect(await train([['--device', 'cpu', folder]])).toMatch(warning);
    expect(await bitsOf(folder)).toEqual(await bitsOf(alone));
  });

  test('leaves a run that has ended as it is', async () => {
    const before = statSync(join(alone, 'metrics.jsonl')).mtimeMs;
    expect(await train([['--device', 'cpu', alone]])).toBe('');
    expect(statSync(join(alone, 'metrics.jsonl')).mtimeMs).toBe(before);
  });
});
