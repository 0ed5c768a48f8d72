/**
 * The threads of a study's runs: chosen once for a shape, and kept in `threads.json` of the folder of results.
 *
 * Threads decide bits and are part of a run's hash. The choice depends on the number of runs and the machine, so without
 * the file a recipe added later, or a start with fewer cores, would train everything again.
 */
import { join } from 'node:path';
import type { RunSpec } from '../records.js';
import { hashOf, readJson, writeJson } from '../store/index.js';
import { runBytes, threadsFor, wholeMachine } from './workers.js';

/** What the choice is made for: runs that share it have the same graphs. */
export type RunShape = Pick<RunSpec, 'model' | 'vocabularySize' | 'context' | 'batch' | 'microBatch'>;

export interface ThreadsRequest {
  /** Folder of results. */
  output: string;
  shape: RunShape;
  /** Of the whole study. */
  runs: number;
  /** Where the user says how many at once. */
  workers?: number | undefined;
  /** Where the user says how many; nothing is kept then. */
  threads?: number | undefined;
}

/** Threads of each run: what the user says, else what was chosen before, else what suits this machine. */
export function plannedThreads({ output, shape, runs, workers, threads }: ThreadsRequest): number {
  return (
    threads ?? readChoices(output)[keyOf(shape)] ?? threadsFor(runs, runBytes(shape), wholeMachine(), workers)
  );
}

/** As `plannedThreads`, and keeps the choice. */
export async function freezeThreads(request: ThreadsRequest): Promise<number> {
  const chosen = plannedThreads(request);
  const before = readChoices(request.output);
  const key = keyOf(request.shape);
  if (request.threads === undefined && before[key] === undefined) {
    await writeJson(join(request.output, fileName), { ...before, [key]: chosen });
  }
  return chosen;
}

const fileName = 'threads.json';
const readChoices = (output: string): Record<string, number> => readJson(join(output, fileName)) ?? {};
const keyOf = ({ model, vocabularySize, context, batch, microBatch }: RunShape): string =>
  hashOf({ model, vocabularySize, context, batch, microBatch }).slice(0, 16);
