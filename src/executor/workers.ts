/** How many runs at once: as many as have cores and memory of their own. */
import { availableParallelism } from 'node:os';
import { buildModel, stepBytes } from '../model/index.js';
import type { RunSpec } from '../records.js';

/** A Node process with ONNX Runtime and its compiled graphs, before any tensor. */
const processBytes = 250 * 2 ** 20;
/**
 * ONNX Runtime's arena holds more than the tensors that live at once. Measured peaks of whole processes: 755 MiB where
 * the tensors are 336, 2,306 where they are 1,398, and 2,931 where they are 2,221.
 */
const arenaFactor = 1.5;

/**
 * @param threads of one run
 * @param bytesPerRun memory of one run; 0 leaves memory out of account
 */
export function defaultWorkers(threads: number, bytesPerRun: number): number {
  const byCores = Math.floor(availableParallelism() / threads);
  const byMemory = bytesPerRun > 0 ? Math.floor(process.availableMemory() / bytesPerRun) : byCores;
  return Math.max(1, Math.min(byCores, byMemory));
}

/** Estimated memory of the process that trains a run, in bytes. */
export function runBytes({
  model,
  vocabularySize,
  context,
  microBatch,
}: Pick<RunSpec, 'model' | 'vocabularySize' | 'context' | 'microBatch'>): number {
  return processBytes + arenaFactor * stepBytes(buildModel(model, { vocabularySize, context }), microBatch);
}
