/** Whether PyTorch on this device trains as the embedded engine does on the CPU: the same run, step by step. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MetricLine, TorchEngine } from '../../src/records.js';
import { readRunSpec, resolveEngine, trainRun } from '../../src/train/index.js';
import { shapeNamed } from '../shapes.js';
import { prepareRuns } from '../synthetic-runs.js';

const steps = 50;

/** @returns the largest difference between losses of the same step, nats per token */
export async function largestDifference(engine: TorchEngine): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-gpu-parity-'));
  try {
    const [embedded] = (await prepareRuns(folder, shapeNamed('2x64'), 1, steps)) as [string];
    const other = join(embedded, '..', 'other');
    cpSync(embedded, other, { recursive: true });
    const spec = { ...readRunSpec(other), engine: await resolveEngine(engine) };
    writeFileSync(join(other, 'run.json'), JSON.stringify(spec));
    for (const run of [embedded, other]) await trainRun(run);
    const [expected, got] = [embedded, other].map(lossesOf) as [number[], number[]];
    if (expected.length !== steps || got.length !== steps) throw new Error('a run is not whole');
    return Math.max(...expected.map((loss, i) => Math.abs(loss - got[i]!)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function lossesOf(folder: string): number[] {
  const lines = readFileSync(join(folder, 'metrics.jsonl'), 'utf8').trim().split('\n');
  return lines
    .map((line) => JSON.parse(line) as MetricLine)
    .flatMap((line) => (line.kind === 'step' ? line.lossNats : []));
}
