import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { RunOutcome } from '../../src/records.js';
import { readRunResult, trainRun } from '../../src/train/index.js';
import { prepareSmallStudy } from './small-study.js';

const root = mkdtempSync(join(tmpdir(), 'assay-run-'));
afterAll(() => rmSync(root, { recursive: true }));

describe('a run', () => {
  test('learns, and its trajectory is read back', async () => {
    const [folder] = await prepareSmallStudy(join(root, 'learns'));
    const outcome = await trainRun(folder!);
    expect(outcome.status).toBe('done');
    const result = (await readRunResult(folder!))!;
    console.log(
      result.evaluations.map((e) => [e.step, e.domains]),
      outcome,
    );
  });
});
