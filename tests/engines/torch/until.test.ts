/** Runs of PyTorch pause at a step and go on, as those of the embedded engine do. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TorchEngine } from '../../../src/records.js';
import { readProgress, readRunSpec, trainRun, trainStack } from '../../../src/train/index.js';
import { appendPhase } from '../../../src/train/phases.js';
import { prepareSmallStudy } from '../../train/small-study.js';
import { copyOf, describeTorch, hookTimeout, largestDifference } from './worker.js';

const engine: TorchEngine = {
  ...{ name: 'torch', precision: 'fp32', device: 'cpu', compile: 'never', stack: 2 },
};

describeTorch('a stack of runs that is asked to stop at a step', () => {
  const root = mkdtempSync(join(tmpdir(), 'assay-torch-until-'));
  afterAll(() => rmSync(root, { recursive: true }));
  let runs: string[];
  beforeAll(async () => {
    runs = await prepareSmallStudy(join(root, 'study'), { engine });
  }, hookTimeout);

  test(
    'pauses there, validated where that is due, and ends as one that never paused',
    async () => {
      const whole = runs.map((folder, i) => copyOf(folder, `whole-${i}`));
      expect(await trainStack(whole, {})).toMatchObject([{ status: 'done' }, { status: 'done' }]);
      // 25 lies between validations; 14 lies behind.
      for (const [until, step] of [
        [21, 21],
        [14, 21],
        [25, 25],
      ] as const) {
        expect(await trainStack(runs, { until })).toEqual(runs.map(() => ({ status: 'paused', step })));
        for (const folder of runs) expect(readProgress(folder)).toMatchObject({ status: 'started', step });
      }
      expect(await trainStack(runs, { until: 60 })).toMatchObject([{ status: 'done' }, { status: 'done' }]);
      for (const [i, folder] of runs.entries()) expect(largestDifference(folder, whole[i]!)).toBe(0);
    },
    hookTimeout,
  );

  test(
    'goes as far as the phases of its plan, and cannot be trained to its end without them',
    async () => {
      const [folder] = (await prepareSmallStudy(join(root, 'online'), { engine, online: true })) as [string];
      expect(await trainRun(folder, { until: 60 })).toEqual({ status: 'paused', step: 0 });
      const { planHash } = readRunSpec(folder);
      const first = await appendPhase(folder, { words: 1 }, 10, { after: planHash });
      expect(await trainRun(folder, { until: 60 })).toEqual({ status: 'paused', step: 10 });
      await expect(trainRun(folder)).rejects.toThrow('its plan ends after step 10 of 60');
      await appendPhase(folder, { sums: 1 }, 50, { after: first.hash });
      expect(await trainRun(folder)).toMatchObject({ status: 'done', step: 60 });
    },
    hookTimeout,
  );
});
