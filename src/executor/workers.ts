/**
 * How many runs at once, with how many threads each.
 *
 * A thread trains most when it has a run of its own, so as many runs go on at once as have a core and memory each, and
 * only cores that would have no run are given to the others as more threads. With at least as many runs as cores, every
 * run has one thread.
 */
import { totalmem } from 'node:os';
import { buildModel, countParameters, stepBytes } from '../model/index.js';
import type { RunSpec } from '../records.js';
import { availableCores } from './cores.js';

export interface Machine {
  cores: number;
  memoryBytes: number;
}

/** All of its memory, or the limit of this process's group: the same at every start. */
export function wholeMachine(): Machine {
  const limit = process.constrainedMemory();
  return { cores: availableCores(), memoryBytes: Math.min(totalmem(), limit > 0 ? limit : totalmem()) };
}

/** What is free now. */
export function freeMachine(): Machine {
  return { cores: availableCores(), memoryBytes: process.availableMemory() };
}

/** A caution, not a measurement: the steps of small models have little for each thread to do. */
const mostThreads = 8;

/**
 * Threads of a run. They decide bits, so this is a function of what does not change from start to start.
 * @param runs of the whole study, finished or not
 * @param workers runs at once, where the user says so
 */
export function threadsFor(runs: number, bytesPerRun: number, machine: Machine, workers?: number): number {
  const atOnce = workers ?? workersFor(1, bytesPerRun, machine);
  const threads = Math.floor(machine.cores / Math.min(runs, atOnce));
  return Math.max(1, Math.min(mostThreads, threads));
}

/**
 * Runs at once: as many as have cores and memory of their own, and at least one.
 * @param threads of one run
 */
export function workersFor(threads: number, bytesPerRun: number, machine: Machine): number {
  const { cores, memoryBytes } = machine;
  return Math.max(1, Math.floor(Math.min(cores / threads, memoryBytes / bytesPerRun)));
}

/** Estimated peak memory of the process that trains a run, in bytes: of a step, and the copy of a checkpoint. */
export function runBytes({
  model: config,
  vocabularySize,
  context,
  microBatch,
}: Pick<RunSpec, 'model' | 'vocabularySize' | 'context' | 'microBatch'>): number {
  const model = buildModel(config, { vocabularySize, context });
  return stepBytes(model, microBatch) + 3 * 4 * countParameters(model);
}
