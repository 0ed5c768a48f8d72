/** How many runs of one shape a GPU trains at once. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { AssayError, ExitCode } from '../../errors.js';
import type { PreparedTorchEngine, RunSpec } from '../../records.js';
import { pythonOf } from './check.js';
import { torchFile } from './files.js';

/** Weights, gradients and two moments, float32. */
const stateBytesPerParameter = 16;
/** Share of free memory for them; the rest is for the activations of a pass, which the worker fits in. */
const stateShare = 0.5;
/** The fewest runs that reach this share of the highest rate are enough. */
const nearlyFull = 0.9;

/**
 * The fewest runs that keep the GPU busy, by the time of batched products of the model's widest shape, and no more than
 * have their weights and moments in half of its free memory. @returns at least 1
 */
export async function measureStackSize(spec: RunSpec, freeBytes: number): Promise<number> {
  const engine = spec.engine as PreparedTorchEngine;
  const { width, mlpWidth } = spec.model;
  const shape = [spec.microBatch * spec.context, width, mlpWidth];
  const words = [
    '-I',
    '-B',
    torchFile('saturation.py'),
    engine.device,
    engine.precision,
    ...shape.map(String),
  ];
  try {
    const { stdout } = await promisify(execFile)(pythonOf(engine), words);
    return stackSize(JSON.parse(stdout) as Record<string, number>, spec.parameters, freeBytes);
  } catch (cause) {
    const said = (cause as { stderr?: string }).stderr?.trim().split('\n').at(-1);
    throw new AssayError('engine torch', 'the rate of its products cannot be measured', {
      got: said || String(cause),
      fix: 'Give the number of runs: `engine: { torch: { stack: 8 } }`.',
      exitCode: ExitCode.system,
      cause,
    });
  }
}

/**
 * @param seconds of K products at once, by K; the rate is K over them
 * @param parameters of one run
 */
export function stackSize(
  seconds: Readonly<Record<string, number>>,
  parameters: number,
  freeBytes: number,
): number {
  const fits = Math.floor((stateShare * freeBytes) / (stateBytesPerParameter * parameters));
  const rates = Object.entries(seconds)
    .map(([runs, taken]) => ({ runs: Number(runs), rate: Number(runs) / taken }))
    .sort((a, b) => a.runs - b.runs);
  const highest = Math.max(...rates.map(({ rate }) => rate));
  const enough = rates.find(({ rate }) => rate >= nearlyFull * highest)?.runs ?? 1;
  return Math.max(1, Math.min(fits, enough));
}
