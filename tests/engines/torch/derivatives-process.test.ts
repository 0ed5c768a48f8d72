/** The process that measures derivatives: what it refuses, how its death is told, and that it outlives nobody. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { AssayError, ExitCode } from '../../../src/errors.js';
import { TorchDerivatives } from '../../../src/rate/index.js';
import { meanLoss } from '../../../src/validation/index.js';
import { until } from '../../executor/study-process.js';
import { windowsOf } from '../../model/hashed.js';
import { modelOf, readFixture, weightsOf } from '../../model/parity-fixtures.js';
import { engine, options, stateOf, torch, writePoint } from './points.js';
import { describeTorch } from './worker.js';

// Each start of a process imports PyTorch: seconds, and far more on a machine with other work.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

const fixture = readFixture('parity-gpt2');
const model = modelOf(fixture);
const state = stateOf(weightsOf(fixture));
/** So many windows that a gradient takes minutes. */
const long = meanLoss(windowsOf('long', 200_000 * (model.context + 1), model.vocabularySize), model.context);
const short = meanLoss(windowsOf('short', 2 * (model.context + 1), model.vocabularySize), model.context);

describeTorch('the process that measures derivatives', () => {
  const root = mkdtempSync(join(tmpdir(), 'assay-torch-measure-'));
  afterAll(() => rmSync(root, { recursive: true }));
  /** Of the processes that measure at a checkpoint in `root`. */
  const running = (): number[] =>
    execFileSync('ps', ['-e', '-o', 'pid=,stat=,args='], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line.includes('measure.py') && line.includes(root) && !/^\s*\d+ Z/.test(line))
      .map((line) => Number.parseInt(line, 10));
  const noneLeft = () => until(() => (running().length === 0 ? true : undefined));

  test('that is killed gives one error, now and later', async () => {
    const derivatives = await torch(join(root, 'killed'), model, state);
    const failed = derivatives.gradient(long).catch((error: unknown) => error);
    const [pid] = running();
    process.kill(pid!, 'SIGKILL');
    for (const error of [await failed, await derivatives.gradient(short).catch((error: unknown) => error)]) {
      expect(error).toBeInstanceOf(AssayError);
      expect(error).toMatchObject({ subject: 'engine torch', exitCode: ExitCode.system });
      expect((error as AssayError).message).toContain('has ended, got SIGKILL. Run the same command again');
    }
    await derivatives.dispose();
    expect(running()).toEqual([]);
  });

  test('that is stopped is gone at once, with the reason of who stopped it', async () => {
    const stop = new AbortController();
    const derivatives = await torch(join(root, 'stopped'), model, state, { signal: stop.signal });
    const failed = derivatives.gradient(long).catch((error: unknown) => error);
    const reason = new Error('stopped by the test');
    stop.abort(reason);
    expect(await failed).toBe(reason);
    await noneLeft();
    await derivatives.dispose();
  });

  test('ends amid a computation when nobody listens any more', async () => {
    const derivatives = await torch(join(root, 'left'), model, state);
    const failed = derivatives.gradient(long).catch((error: unknown) => error);
    // All of the question is there when this short one is written behind it.
    await new Promise((resolve) => setTimeout(resolve, 500));
    await derivatives.dispose();
    expect(await failed).toBeInstanceOf(AssayError);
    expect(running()).toEqual([]);
  });

  test('refuses with one line a checkpoint that does not fit, a Python that is not there and a token that is none', async () => {
    const point = await writePoint(join(root, 'broken'), model, state);
    const open = (more: object) =>
      TorchDerivatives.open(model, { ...options, engine, ...point, ...more }).then(
        () => 'opened',
        (error: AssayError) => error.message,
      );
    writeFileSync(join(root, 'torn'), 'no tensors');
    expect(await open({ checkpoint: join(root, 'torn') })).toMatch(
      /^engine torch: .*torn: not a safetensors file/,
    );
    expect(await open({ engine: { ...engine, python: join(root, 'nothing') } })).toMatch(
      /cannot be started, got .*ENOENT/,
    );
    const derivatives = await torch(join(root, 'token'), model, state);
    const windows = short.windows.map((token, i) => (i === 3 ? model.vocabularySize : token));
    await expect(derivatives.gradient({ ...short, windows })).rejects.toThrow(
      'windows to be measured on: a token outside of the vocabulary',
    );
    await derivatives.dispose();
    expect(running()).toEqual([]);
  });
});
