import { expect, test } from 'vitest';
import { stackRuns } from '../../src/executor/places.js';
import type { RunSpec } from '../../src/records.js';
import { stackSize } from '../../src/train/torch/stack-size.js';

const runs = (...batches: number[]) =>
  batches.map((batch) => ({ batch, schedule: { learningRate: Math.random() } }) as unknown as RunSpec);

test('runs of one shape are stacked as evenly as they can be, whatever their rates', () => {
  expect(stackRuns(runs(8, 8, 8, 8, 8, 8, 8, 8, 8, 8), () => 8)).toEqual([
    [0, 1, 2, 3, 4],
    [5, 6, 7, 8, 9],
  ]);
  expect(stackRuns(runs(8, 8, 8), () => 64)).toEqual([[0, 1, 2]]);
  expect(stackRuns(runs(8, 8), () => 1)).toEqual([[0], [1]]);
});

test('runs of different shapes are never in one stack, and keep their order', () => {
  const size = ({ batch }: RunSpec): number => (batch === 8 ? 2 : 4);
  expect(stackRuns(runs(4, 8, 8, 4, 8), size)).toEqual([[0, 3], [1, 2], [4]]);
  expect(stackRuns([], () => 4)).toEqual([]);
});

test('a stack is as large as fills the GPU, and no larger than half of its free memory holds', () => {
  // Products that take no longer while the device is not full, and then in proportion.
  const seconds = { 1: 10, 2: 10, 4: 10.2, 8: 11, 16: 20, 32: 40, 64: 80 };
  const gib = 2 ** 30;
  expect(stackSize(seconds, 1e6, 80 * gib)).toBe(8);
  // 16 bytes a parameter: 5 runs of 100 million parameters in half of 16 GiB.
  expect(stackSize(seconds, 100e6, 16 * gib)).toBe(5);
  expect(stackSize(seconds, 10e9, 16 * gib)).toBe(1);
  expect(stackSize({}, 1e6, 80 * gib)).toBe(1);
});
