/** What lower precision changes, and what it must not. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Gemma3Config } from '../../../src/records.js';
import { readSafetensors } from '../../../src/store/index.js';
import { prepareSmallStudy } from '../../train/small-study.js';
import { copyOf, describeTorch, hookTimeout, largestDifference, lossesOf, train } from './worker.js';

const model: Gemma3Config = {
  family: 'gemma3',
  layers: 2,
  width: 24,
  heads: 4,
  keyValueHeads: 2,
  headSize: 8,
  mlpWidth: 40,
  queryScalar: 8,
  window: 8,
  globalEvery: 2,
  rotaryBase: 1_000_000,
  localRotaryBase: 10_000,
};

describeTorch('a run in bfloat16', () => {
  const root = mkdtempSync(join(tmpdir(), 'assay-torch-precision-'));
  afterAll(() => rmSync(root, { recursive: true }));
  let exact: string[];
  let alone: string[];
  let stacked: string[];

  beforeAll(async () => {
    exact = await prepareSmallStudy(root, { proxy: { model, tokens: { budget: 30 * 4 * 32 } } });
    alone = exact.map((run, i) => copyOf(run, `alone-${i}`));
    stacked = exact.map((run, i) => copyOf(run, `stacked-${i}`));
    const short = ['--device', 'cpu', '--precision', 'bf16'];
    await train([
      ['--device', 'cpu', ...exact],
      ...alone.map((folder) => [...short, folder]),
      [...short, ...stacked],
    ]);
  }, hookTimeout);

  test('is validated in float32: the loss before the first step is the same', () => {
    for (const [i, folder] of alone.entries())
      for (const domain of ['words', 'sums'])
        expect(lossesOf(folder).get(`${domain} after 0`)).toBeCloseTo(
          lossesOf(exact[i]!).get(`${domain} after 0`)!,
          6,
        );
  });

  test('ends near the run in float32, but not at it', () => {
    for (const [i, folder] of [...alone, ...stacked].entries()) {
      const difference = largestDifference(folder, exact[i % exact.length]!);
      expect(difference).toBeGreaterThan(1e-4);
      expect(difference).toBeLessThan(0.05);
    }
  });

  test('keeps float32 weights', async () => {
    const { tensors } = await readSafetensors(join(alone[0]!, 'checkpoint.safetensors'));
    // The last 16 bits of a float32 are 0 in every bfloat16.
    const bits = [...tensors.values()].flatMap(({ data }) => [...new Uint32Array(data.slice().buffer)]);
    expect(bits.filter((word) => (word & 0xffff) !== 0).length / bits.length).toBeGreaterThan(0.9);
  });
});
