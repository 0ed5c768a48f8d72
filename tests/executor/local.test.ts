import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type RunProgress, runLocally } from '../../src/executor/index.js';
import { prepareSmallStudy } from '../train/small-study.js';

const root = mkdtempSync(join(tmpdir(), 'assay-local-'));
afterAll(() => rmSync(root, { recursive: true }));

describe('local runs', () => {
  test('trains every run, two at once, and tells how far it is', async () => {
    const folders = await prepareSmallStudy(join(root, 'all'), { seeds: [0, 1] });
    const told: RunProgress[] = [];
    const outcomes = await runLocally({ folders, workers: 2, onProgress: (progress) => told.push(progress) });
    expect(outcomes.map(({ status }) => status)).toEqual(['done', 'done', 'done', 'done']);
    expect(told.at(-1)!.overall).toEqual({ ended: 4, runs: 4, secondsLeft: 0 });
  });
});
