/** What Assay says of a Python that cannot train. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ExitCode } from '../../src/errors.js';
import { findTorch, pythonOf, torchProblem } from '../../src/train/index.js';
import { assay } from '../cli/assay.js';
import { prepareSmallStudy } from '../train/small-study.js';
import { describeTorch } from './torch/worker.js';

const root = mkdtempSync(join(tmpdir(), 'assay-torch-check-'));
afterAll(() => rmSync(root, { recursive: true }));

/** What `check.py` found, and nothing missing. */
const found = {
  ...{ oldestPython: '3.10', oldestTorch: '2.4', python: '3.12.1', executable: '/venv/bin/python' },
  ...{
    torch: '2.10.0+cu130',
    cuda: '13.0',
    gpus: [{ name: 'A GPU', memoryBytes: 2 ** 36, freeBytes: 2 ** 35 }],
  },
};

describe('what is missing is told in one message, with what to do', () => {
  test('nothing', () => {
    for (const device of ['auto', 'cpu', 'cuda'] as const)
      expect(torchProblem(found, device)).toBeUndefined();
    expect(torchProblem({ ...found, gpus: [] }, 'auto')).toBeUndefined();
  });

  test.each([
    [{ python: '3.9.2' }, 'the Python /venv/bin/python is too old, expected 3.10 or later, got 3.9.2'],
    [
      { torch: undefined },
      'PyTorch is not installed for /venv/bin/python. Install it for this Python (`/venv/bin/python -m pip install torch`)',
    ],
    [{ torch: '1.13.1' }, 'the PyTorch of /venv/bin/python is too old, expected 2.4 or later, got 1.13.1'],
    [
      { torch: '2.3.0+cpu' },
      'the PyTorch of /venv/bin/python is too old, expected 2.4 or later, got 2.3.0+cpu',
    ],
    [
      { torch: undefined, importError: 'OSError: libcudart.so.13: cannot open shared object file' },
      'PyTorch cannot be imported by /venv/bin/python, got OSError: libcudart.so.13',
    ],
    [
      { gpus: [], noGpu: 'Found no NVIDIA driver on your system' },
      'no GPU that PyTorch can use, got Found no NVIDIA driver',
    ],
    [{ gpus: [], cuda: null }, 'no GPU that PyTorch can use, got PyTorch 2.10.0+cu130, built without CUDA'],
  ])('%j', (lacking, message) => {
    const { torch, ...rest } = { ...found, ...lacking };
    const problem = torchProblem({ ...rest, ...(torch !== undefined && { torch }) }, 'cuda')!;
    expect(problem.message).toContain(`engine torch: ${message}`);
    expect(problem.exitCode).toBe(ExitCode.system);
  });

  test('a Python that is not there', async () => {
    await expect(findTorch(join(root, 'nothing'))).rejects.toMatchObject({
      exitCode: ExitCode.system,
      message: expect.stringMatching(
        /no Python: ".*nothing" cannot be started, got ENOENT\. Install Python 3\.10/,
      ),
    });
  });

  test('a program that is no Python', async () => {
    await expect(findTorch('false')).rejects.toThrow('"false" is not a Python that can be used');
  });
});

test('a study names its Python, else ASSAY_PYTHON does, else it is python3', () => {
  const before = process.env.ASSAY_PYTHON;
  try {
    process.env.ASSAY_PYTHON = 'python-of-the-variable';
    expect(pythonOf({ python: 'python-of-the-study' })).toBe('python-of-the-study');
    expect(pythonOf({})).toBe('python-of-the-variable');
    delete process.env.ASSAY_PYTHON;
    expect(pythonOf({})).toBe('python3');
  } finally {
    if (before !== undefined) process.env.ASSAY_PYTHON = before;
  }
});

describe('assay engine torch --check', () => {
  test('ends with code 5 and one message when there is no Python', () => {
    const python = 'no-such-python';
    const { exitCode, stdout, stderr } = assay(
      root,
      'engine',
      'torch',
      '--check',
      '--json',
      '--python',
      python,
    );
    expect(exitCode).toBe(ExitCode.system);
    expect(JSON.parse(stdout)).toMatchObject({
      error: { subject: 'engine torch', got: 'ENOENT', exitCode: 5 },
    });
    expect(stderr).toContain('engine torch: no Python: "no-such-python" cannot be started');
  });
});

describeTorch('with PyTorch', () => {
  test('assay engine torch --check says what there is, and ends well', () => {
    const { exitCode, stdout } = assay(root, 'engine', 'torch', '--check', '--json');
    expect(exitCode).toBe(ExitCode.ok);
    expect(JSON.parse(stdout)).toMatchObject({
      torch: expect.stringMatching(/^[2-9]/),
      gpus: expect.any(Array),
    });
    expect(assay(root, 'engine', 'torch', '--check').stdout).toMatch(
      /^python {3}\d.*\npytorch {2}\d.*\ncuda .*\ngpu .*\ntrains {3}on the /s,
    );
  });

  test('a Python without it is told apart', async () => {
    const folder = join(root, 'bare');
    execFileSync(pythonOf({}), ['-m', 'venv', '--without-pip', folder]);
    const bare = await findTorch(join(folder, 'bin', 'python'));
    expect(bare.torch).toBeUndefined();
    expect(torchProblem(bare, 'auto')!.message).toMatch(/PyTorch is not installed for .*bare/);
  });

  test('a GPU that is asked for and not there stops before a run is prepared', async () => {
    const { gpus } = await findTorch(pythonOf({}));
    if (gpus!.length > 0) return;
    const engine = {
      name: 'torch',
      precision: 'fp32',
      device: 'cuda',
      compile: 'auto',
      stack: 'auto',
    } as const;
    await expect(prepareSmallStudy(join(root, 'no-gpu'), { engine })).rejects.toThrow(
      'no GPU that PyTorch can use',
    );
  });

  test('precision and device decide a run, the Python and the stack do not', async () => {
    const engine = {
      name: 'torch',
      precision: 'fp32',
      device: 'cpu',
      compile: 'never',
      stack: 'auto',
    } as const;
    const prepare = async (more: object) =>
      (await prepareSmallStudy(join(root, 'hash'), { engine: { ...engine, ...more } }))[0]!;
    const run = await prepare({});
    expect(await prepare({ stack: 8 })).toBe(run);
    expect(await prepare({ python: pythonOf({}) })).toBe(run);
    expect(await prepare({ precision: 'bf16' })).not.toBe(run);
    expect(await prepare({ compile: 'always' })).not.toBe(run);
  });
});
