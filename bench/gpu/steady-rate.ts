/** How fast runs train once they are under way: as a study trains them, less the start, compilation and validation. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TorchEngine } from '../../src/records.js';
import { trainStack } from '../../src/train/index.js';
import type { Shape } from '../shapes.js';
import { prepareRuns } from '../synthetic-runs.js';

/** Steps that are left out: compilation, and what the first ones allocate. */
const firstSteps = 10;

export interface SteadyRate {
  /** Of all runs together. */
  tokensPerSecond: number;
  steps: number;
  /** Between the first and the last step that count. */
  seconds: number;
}

/** Trains `runs` runs of a shape in one process. @throws Error when one fails, or is too short to measure */
export async function steadyRate(
  shape: Shape,
  engine: TorchEngine,
  runs: number,
  steps: number,
): Promise<SteadyRate> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-gpu-'));
  try {
    const folders = await prepareRuns(folder, shape, runs, steps, { engine, evaluateEvery: steps });
    const seen: { step: number; at: number }[] = [];
    let first: string | undefined;
    const ends = await trainStack(folders, {
      checkpointSeconds: 3600,
      onNotice: (notice) => console.error(notice),
      onProgress: ({ id, step }) => {
        first ??= id;
        // The last step is seen when the validation after it has ended, too.
        if (id === first && step > firstSteps && step < steps) seen.push({ step, at: performance.now() });
      },
    });
    const bad = ends.find((end) => end instanceof Error || end.status !== 'done');
    if (bad !== undefined) throw bad instanceof Error ? bad : new Error(JSON.stringify(bad));
    const [from, to] = [seen[0], seen.at(-1)];
    if (from === undefined || to === undefined || from.step === to.step)
      throw new Error(`${shape.name}: ${steps} steps are too few to measure`);
    const seconds = (to.at - from.at) / 1000;
    const taken = to.step - from.step;
    return { tokensPerSecond: (runs * taken * shape.batch * shape.context) / seconds, steps: taken, seconds };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
