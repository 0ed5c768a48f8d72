import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ExitCode } from '../../src/errors.js';
import type { RunResult, RunSpec } from '../../src/records.js';
import { hashFile, readSafetensors } from '../../src/store/index.js';
import { readProgress, readRunResult, trainRun } from '../../src/train/index.js';
import { temporaryOfKilled } from '../store/killed.js';
import { prepareSmallStudy } from './small-study.js';

const root = mkdtempSync(join(tmpdir(), 'assay-run-'));
let pristine: string;
let whole: RunResult;
let wholeHashes: string[];
afterAll(() => rmSync(root, { recursive: true }));

const results = ['metrics.jsonl', 'documents.parquet', 'checkpoint.safetensors'];
const hashes = (folder: string) => Promise.all(results.map((file) => hashFile(join(folder, file))));

/** A fresh copy of the prepared run, beside it, so that relative paths hold. */
function copyRun(name: string): string {
  const copy = join(pristine, '..', name);
  cpSync(pristine, copy, { recursive: true });
  return copy;
}

/** Trains until `step`, then stops as Ctrl-C does. */
async function trainUntil(folder: string, step: number): Promise<void> {
  const controller = new AbortController();
  const onProgress = (progress: { step: number }) => {
    if (progress.step >= step) controller.abort();
  };
  const options = { signal: controller.signal, onProgress, checkpointSeconds: 0 }; // a step a call
  const interrupted = trainRun(folder, options);
  await expect(interrupted).rejects.toMatchObject({ exitCode: ExitCode.interrupted });
}

beforeAll(async () => {
  pristine = (await prepareSmallStudy(join(root, 'study')))[0]!;
  const folder = copyRun('whole');
  expect(await trainRun(folder)).toMatchObject({ status: 'done', step: 60 });
  whole = (await readRunResult(folder))!;
  wholeHashes = await hashes(folder);
});

describe('a run', () => {
  test('starts near ln(vocabulary) and learns on every domain', () => {
    const [first, last] = [whole.evaluations[0]!, whole.evaluations.at(-1)!];
    for (const domain of ['words', 'sums']) {
      expect(Math.abs(first.domains[domain]!.lossNats - Math.log(257))).toBeLessThan(0.1);
      expect(last.domains[domain]!.lossNats).toBeLessThan(first.domains[domain]!.lossNats - 0.5);
    }
  });

  test('is validated before the first step, every 7 steps and after the last', () => {
    expect(whole.evaluations.map(({ step }) => step)).toEqual([0, 7, 14, 21, 28, 35, 42, 49, 56, 60]);
    expect(whole.evaluations.at(-1)!.tokens).toBe(60 * 4 * 32);
  });

  test('keeps the float64 losses of documents, which add up to the domain losses', () => {
    for (const [domain, { lossSumNats, tokens, ids }] of Object.entries(whole.documents)) {
      const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);
      const { lossNats } = whole.evaluations.at(-1)!.domains[domain]!;
      expect(total(lossSumNats) / total(tokens)).toBe(lossNats);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });

  test('names the hash of every file that it left, and drops the moments', async () => {
    const folder = join(pristine, '..', 'whole');
    const done = JSON.parse(readFileSync(join(folder, 'done.json'), 'utf8'));
    expect(done.files).toEqual(Object.fromEntries(results.map((file, i) => [file, wholeHashes[i]])));
    const { tensors, metadata } = await readSafetensors(join(folder, 'checkpoint.safetensors'));
    expect([...tensors.keys()].filter((name) => name.startsWith('optimizer.'))).toEqual([]);
    expect(metadata.step).toBe('60');
    expect(readdirSync(folder).filter((name) => /tmp|lock|timing/.test(name))).toEqual([]);
  });

  test('keeps the moments when told to', async () => {
    const [folder] = await prepareSmallStudy(join(root, 'moments'), { keepOptimizer: true });
    await trainRun(folder!);
    const { tensors } = await readSafetensors(join(folder!, 'checkpoint.safetensors'));
    const names = [...tensors.keys()];
    expect(names.filter((name) => name.startsWith('optimizer.')).length).toBe((names.length / 3) * 2);
  });

  test('is not done again when it has ended', async () => {
    const folder = join(pristine, '..', 'whole');
    const { mtimeMs } = statSync(join(folder, 'checkpoint.safetensors'));
    expect(await trainRun(folder)).toMatchObject({ status: 'done' });
    expect(statSync(join(folder, 'checkpoint.safetensors')).mtimeMs).toBe(mtimeMs);
  });
});

describe('a resumed run gives the same bits', () => {
  test('when it is stopped again and again, at validations and between them', async () => {
    const folder = copyRun('stopped');
    for (const step of [1, 7, 8, 30, 59, 60]) await trainUntil(folder, step);
    expect(readProgress(folder)).toMatchObject({ status: 'started', step: 60 });
    await trainRun(folder);
    expect(await hashes(folder)).toEqual(wholeHashes);
  });

  test('whatever the interval of checkpoints', async () => {
    const folder = copyRun('many-checkpoints');
    await trainRun(folder, { checkpointSeconds: 0 });
    expect(await hashes(folder)).toEqual(wholeHashes);
  });

  test('when its journal is torn, or half-written files are left', async () => {
    const folder = copyRun('torn');
    await trainUntil(folder, 20);
    writeFileSync(join(folder, 'metrics.jsonl'), '{"kind":"step","st', { flag: 'a' });
    const half = temporaryOfKilled(join(folder, 'checkpoint.safetensors'));
    writeFileSync(half, 'half');
    await trainRun(folder);
    expect(await hashes(folder)).toEqual(wholeHashes);
    expect(existsSync(half)).toBe(false);
  });

  test('when done.json was not written yet', async () => {
    const folder = copyRun('almost');
    cpSync(join(folder, '..', 'whole'), folder, { recursive: true });
    rmSync(join(folder, 'done.json'));
    await trainRun(folder);
    expect(await hashes(folder)).toEqual(wholeHashes);
  });

  test.each([
    ['cut', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    ['empty', () => Buffer.alloc(0)],
    [
      'of another run',
      (bytes: Buffer) =>
        Buffer.from(bytes.toString('latin1').replace('"run":"', '"run":"x').replace(' ', ''), 'latin1'),
    ],
  ])('from the start, and says so, when the checkpoint is %s', async (name, damage) => {
    const folder = copyRun(`damaged-${name}`);
    await trainUntil(folder, 20);
    const path = join(folder, 'checkpoint.safetensors');
    writeFileSync(path, damage(readFileSync(path)));
    const notices: string[] = [];
    await trainRun(folder, { onNotice: (notice) => notices.push(notice) });
    expect(notices.join()).toContain('the checkpoint cannot be used, so this run starts again');
    expect(await hashes(folder)).toEqual(wholeHashes);
  });

  test('from the start, and says so, when the journal lost lines', async () => {
    const folder = copyRun('lost');
    await trainUntil(folder, 20);
    writeFileSync(join(folder, 'metrics.jsonl'), '');
    const notices: string[] = [];
    await trainRun(folder, { onNotice: (notice) => notices.push(notice) });
    expect(notices.join()).toContain('metrics.jsonl does not reach the checkpoint');
    expect(await hashes(folder)).toEqual(wholeHashes);
  });
});

test('a run that was prepared for another build or machine says so', async () => {
  const folder = copyRun('elsewhere');
  const path = join(folder, 'run.json');
  const spec = JSON.parse(readFileSync(path, 'utf8')) as RunSpec;
  writeFileSync(path, JSON.stringify({ ...spec, engine: { ...spec.engine, version: '1.0.0' } }));
  const notices: string[] = [];
  await trainRun(folder, { onNotice: (notice) => notices.push(notice) });
  expect(notices.join()).toContain('prepared for ONNX Runtime 1.0.0');
});

describe('a run that cannot go on', () => {
  test('ends with the step, the rate and a fix when a loss is not finite', async () => {
    const [folder] = await prepareSmallStudy(join(root, 'diverges'), { proxy: { learningRate: 1e30 } });
    const outcome = await trainRun(folder!);
    expect(outcome).toMatchObject({ status: 'failed' });
    expect((outcome as { reason: string }).reason).toMatch(
      /is (NaN|Infinity) after step \d+ of 60, at learning rate .*Lower `proxy: \{ learningRate/,
    );
    const result = (await readRunResult(folder!))!;
    expect(result.failure).toBe((outcome as { reason: string }).reason);
    expect(result.evaluations[0]!.step).toBe(0);
    expect(existsSync(join(folder!, 'checkpoint.safetensors'))).toBe(false);
    expect(await trainRun(folder!)).toEqual(outcome);
  });

  test('waits for another holder of the folder only so long', async () => {
    const folder = copyRun('held');
    const first = trainRun(folder);
    await expect(trainRun(folder, { lockSeconds: 0 })).rejects.toThrow(
      'another process is training this run',
    );
    await first;
    expect(await hashes(folder)).toEqual(wholeHashes);
  });

  test('is not stopped by the lock of a process that is gone, or by a torn lock', async () => {
    const folder = copyRun('stale');
    const { hostname } = await import('node:os');
    writeFileSync(
      join(folder, 'run.lock'),
      JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), started: '', token: 'x' }),
    );
    await trainUntil(folder, 1);
    writeFileSync(join(folder, 'run.lock'), '{"pid":');
    await trainUntil(folder, 2);
  });
});

describe('a folder that is not a whole run', () => {
  const edit = (folder: string, change: Partial<Record<keyof RunSpec, unknown>>) => {
    const path = join(folder, 'run.json');
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...change }));
  };
  const cases: [string, (folder: string) => void, string][] = [
    ['without run.json', (folder) => rmSync(join(folder, 'run.json')), 'not a run folder, expected run.json'],
    [
      'with a torn run.json',
      (folder) => writeFileSync(join(folder, 'run.json'), '{'),
      'run.json: not valid JSON',
    ],
    [
      'of another format',
      (folder) => edit(folder, { formatVersion: 2 }),
      '"formatVersion" is not valid, expected 1, got 2',
    ],
    [
      'without a hash',
      (folder) => edit(folder, { hash: undefined }),
      '"hash" is not valid, expected a hash, got nothing',
    ],
    [
      'with no steps',
      (folder) => edit(folder, { steps: 0 }),
      '"steps" is not valid, expected a positive whole number, got 0',
    ],
    [
      'without an optimizer',
      (folder) => edit(folder, { optimizer: null }),
      '"optimizer" is not valid, expected an object, got null',
    ],
    ['without a plan', (folder) => rmSync(join(folder, 'plan'), { recursive: true }), 'holds no plan'],
    [
      'with another plan',
      (folder) => edit(folder, { planHash: 'x' }),
      'plan: not what run.json was made for',
    ],
    [
      'without an evaluation',
      (folder) => rmSync(join(folder, 'evaluation'), { recursive: true }),
      'not an evaluation',
    ],
    [
      'without weights',
      (folder) => rmSync(join(folder, 'init.safetensors')),
      'init.safetensors: cannot open',
    ],
    ['with weights of another model', (folder) => edit(folder, { context: 16 }), 'does not fit the model'],
  ];
  test.each(cases)('%s is an error that says so', async (name, damage, message) => {
    const folder = copyRun(`malformed-${name.replaceAll(' ', '-')}`);
    damage(folder);
    await expect(trainRun(folder)).rejects.toThrow(message);
    expect(existsSync(join(folder, 'run.lock'))).toBe(false);
  });

  test('has a result only once it has ended', async () => {
    expect(await readRunResult(pristine)).toBeUndefined();
    expect(readProgress(pristine)).toEqual({ id: basename(pristine), status: 'waiting', step: 0, steps: 60 });
  });

  test('with broken document losses is an error that says so', async () => {
    const folder = copyRun('broken-documents');
    cpSync(join(folder, '..', 'whole'), folder, { recursive: true });
    writeFileSync(join(folder, 'documents.parquet'), 'PAR1');
    await expect(readRunResult(folder)).rejects.toThrow('documents.parquet: not a Parquet file');
    rmSync(join(folder, 'documents.parquet'));
    await expect(readRunResult(folder)).rejects.toThrow('documents.parquet: missing');
  });
});
