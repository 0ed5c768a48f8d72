/** How many runs at once: as many as have cores and memory of their own. */
import { availableParallelism } from 'node:os';
import { buildModel, stepBytes } from '../model/index.js';
import type { RunSpec } from '../records.js';

/** A Node process with ONNX Runtime loaded, before any model. */
const processBytes = 200 * 2 ** 20;

/**
 * @param threads of one run
 * @param bytesPerRun memory of one run; 0 leaves memory out of account
 */
export function defaultWorkers(threads: number, bytesPerRun = 0): number {
  const byCores = Math.floor(availableParallelism() / threads);
  const byMemory = bytesPerRun > 0 ? Math.floor(process.availableMemory() / bytesPerRun) : byCores;
  return Math.max(1, Math.min(byCores, byMemory));
}

/** Estimated memory of the process that trains a run, in bytes. */
export function runBytes({ model, vocabularySize, context, microBatch }: RunSpec): number {
  return processBytes + stepBytes(buildModel(model, { vocabularySize, context }), microBatch);
}
