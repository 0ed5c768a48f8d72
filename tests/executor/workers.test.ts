import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { availableCores } from '../../src/executor/cores.js';
import { freezeThreads, plannedThreads, type RunShape } from '../../src/executor/frozen-threads.js';
import { runBytes, threadsFor, workersFor } from '../../src/executor/workers.js';
import type { RunSpec } from '../../src/records.js';

const GiB = 2 ** 30;

describe('runs at once and threads of each', () => {
  test.each([
    // runs, cores, memory, bytes a run, --workers: threads, runs at once
    [16, 2, 24, 1, undefined, 1, 2],
    [4, 4, 24, 1, undefined, 1, 4],
    [3, 4, 24, 1, undefined, 1, 4],
    [2, 4, 24, 1, undefined, 2, 2],
    [1, 4, 24, 1, undefined, 4, 1],
    [1, 64, 24, 1, undefined, 8, 8],
    [9, 8, 16, 5, undefined, 2, 3],
    [9, 8, 16, 20, undefined, 8, 1],
    [9, 8, 24, 1, 2, 4, 2],
    [9, 8, 24, 1, 20, 1, 8],
    [1, 1, 24, 1, undefined, 1, 1],
  ])('%i runs, %i cores, %i GiB, %i GiB a run, workers %s: %i threads, room for %i', (...row) => {
    const [runs, cores, memory, bytes, workers, threads, atOnce] = row;
    const machine = { cores, memoryBytes: memory * GiB };
    expect(threadsFor(runs, bytes * GiB, machine, workers)).toBe(threads);
    expect(workersFor(threads, bytes * GiB, machine)).toBe(atOnce);
  });

  test('a run needs the memory of its step and of the copy that a checkpoint takes', () => {
    const shape = {
      model: { family: 'gpt2', layers: 2, width: 64, heads: 4, mlpWidth: 256 },
      vocabularySize: 4096,
      context: 128,
    } as const;
    const [small, large] = [8, 16].map((microBatch) => runBytes({ ...shape, microBatch }));
    expect(large).toBeGreaterThan(small!);
    expect(small).toBeGreaterThan(200e6);
    expect(large).toBeLessThan(1e9);
  });
});

describe('cores', () => {
  const files = (texts: Record<string, string>) => (path: string) => texts[path];

  test.each<[string, Record<string, string>, number]>([
    ['without control groups', {}, 8],
    ['without a quota', { '/sys/fs/cgroup/cpu.max': 'max 100000\n' }, 8],
    ['in a container of 2.5 cores', { '/sys/fs/cgroup/cpu.max': '250000 100000\n' }, 2],
    ['in a container of half a core', { '/sys/fs/cgroup/cpu.max': '50000 100000\n' }, 1],
    ['with a quota above them', { '/sys/fs/cgroup/cpu.max': '1600000 100000\n' }, 8],
    [
      'of a service whose slice has a quota',
      {
        '/proc/self/cgroup': '0::/user.slice/assay.service\n',
        '/sys/fs/cgroup/user.slice/assay.service/cpu.max': 'max 100000\n',
        '/sys/fs/cgroup/user.slice/cpu.max': '300000 100000\n',
      },
      3,
    ],
    [
      'in a container of version 1',
      {
        '/proc/self/cgroup': '4:memory:/docker/a\n3:cpu,cpuacct:/docker/a\n',
        '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '400000\n',
        '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000\n',
      },
      4,
    ],
    [
      'without a quota, in version 1',
      {
        '/proc/self/cgroup': '1:cpu:/\n',
        '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
        '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
      },
      8,
    ],
  ])('%s', (_, texts, expected) => {
    expect(availableCores(8, files(texts))).toBe(expected);
  });
});

describe('the threads of a study', () => {
  const root = mkdtempSync(join(tmpdir(), 'assay-threads-'));
  afterAll(() => rmSync(root, { recursive: true }));
  const shape: RunShape = {
    model: { family: 'gpt2', layers: 1, width: 16, heads: 2, mlpWidth: 32 } satisfies RunSpec['model'],
    vocabularySize: 257,
    context: 32,
    batch: 4,
    microBatch: 2,
  };
  const request = { output: root, shape, runs: 1_000_000 };

  test('stay as they were first chosen, however many runs or workers come later', async () => {
    expect(await freezeThreads(request)).toBe(1);
    const kept = readFileSync(join(root, 'threads.json'), 'utf8');
    // With one run and one worker, a machine of several cores would be given more threads.
    expect(await freezeThreads({ ...request, runs: 1, workers: 1 })).toBe(1);
    expect(plannedThreads({ ...request, runs: 1 })).toBe(1);
    expect(readFileSync(join(root, 'threads.json'), 'utf8')).toBe(kept);
  });

  test('are chosen for each shape', async () => {
    await freezeThreads(request);
    await freezeThreads({ ...request, shape: { ...shape, batch: 8 } });
    expect(Object.values(JSON.parse(readFileSync(join(root, 'threads.json'), 'utf8')))).toEqual([1, 1]);
  });

  test('are what the user says, which is not kept', async () => {
    await freezeThreads(request);
    const kept = readFileSync(join(root, 'threads.json'), 'utf8');
    expect(await freezeThreads({ ...request, threads: 3 })).toBe(3);
    expect(readFileSync(join(root, 'threads.json'), 'utf8')).toBe(kept);
    expect(await freezeThreads(request)).toBe(1);
  });

  test('are planned without a trace', () => {
    const output = join(root, 'nowhere');
    expect(plannedThreads({ ...request, output })).toBe(1);
    expect(() => readFileSync(join(output, 'threads.json'))).toThrow('ENOENT');
  });
});
