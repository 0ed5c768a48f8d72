/** The files of a run folder, and reading what decides the run. The protocol is `docs/run-protocol.md`. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError } from '../errors.js';
import type { RunOutcome, RunSpec } from '../records.js';
import { readJson, writeJson } from '../store/index.js';

export const runFiles = {
  spec: 'run.json',
  graph: 'graph.json',
  plan: 'plan',
  evaluation: 'evaluation',
  init: 'init.safetensors',
  metrics: 'metrics.jsonl',
  documents: 'documents.parquet',
  checkpoint: 'checkpoint.safetensors',
  timing: 'timing.json',
  done: 'done.json',
  crashed: 'crashed.json',
} as const;

/** What a run leaves behind; all of it is made again when the run starts again. */
const results = [
  runFiles.metrics,
  runFiles.documents,
  runFiles.checkpoint,
  runFiles.timing,
  runFiles.done,
  runFiles.crashed,
] as const;

/** @throws AssayError when the folder holds no `run.json` of this format */
export function readRunSpec(folder: string): RunSpec {
  const path = join(folder, runFiles.spec);
  const spec = readJson<Partial<RunSpec>>(path);
  if (spec === undefined) {
    throw new AssayError(folder, 'not a run folder', { expected: 'run.json', got: 'no such file' });
  }
  const broken = specProblem(spec);
  if (broken !== undefined) {
    throw new AssayError(path, broken[0], {
      expected: broken[1],
      got: JSON.stringify(broken[2]),
      fix: 'Delete the folder and run the same command again.',
    });
  }
  return spec as RunSpec;
}

function specProblem(spec: Partial<RunSpec>): [string, string, unknown] | undefined {
  if (spec.formatVersion !== 1) return ['formatVersion', '1', spec.formatVersion];
  for (const field of ['id', 'hash', 'recipe', 'planHash', 'evaluationHash'] as const) {
    if (typeof spec[field] !== 'string') return [field, 'a string', spec[field]];
  }
  const counts = [
    'vocabularySize',
    'context',
    'batch',
    'microBatch',
    'threads',
    'steps',
    'evaluateEvery',
  ] as const;
  for (const field of counts) {
    if (!Number.isSafeInteger(spec[field]) || spec[field]! < 1)
      return [field, 'a positive whole number', spec[field]];
  }
  for (const field of ['model', 'schedule', 'optimizer', 'engine'] as const) {
    if (typeof spec[field] !== 'object' || spec[field] === null) return [field, 'an object', spec[field]];
  }
  return undefined;
}

/** `done.json` of this run; undefined while it is not finished. */
export function readOutcome(folder: string, spec: RunSpec): RunOutcome | undefined {
  const outcome = readJson<RunOutcome>(join(folder, runFiles.done));
  return outcome?.hash === spec.hash ? outcome : undefined;
}

/**
 * Notes that the process of a run died, for whoever reads results. Unlike `done.json` it does not end the run: the next
 * attempt takes it away and goes on from the checkpoint.
 */
export async function recordCrash(folder: string, reason: string): Promise<RunOutcome> {
  const { hash } = readRunSpec(folder);
  const outcome: RunOutcome = { status: 'failed', hash, step: 0, reason, seconds: 0 };
  await writeJson(join(folder, runFiles.crashed), outcome);
  return outcome;
}

/** What `recordCrash` noted after the last attempt. */
export function readCrash(folder: string): RunOutcome | undefined {
  return readJson<RunOutcome>(join(folder, runFiles.crashed));
}

export function removeCrash(folder: string): void {
  rmSync(join(folder, runFiles.crashed), { force: true });
}

/** Removes what an earlier attempt left: everything but the inputs. */
export function removeResults(folder: string): void {
  for (const file of results) rmSync(join(folder, file), { force: true });
}

export function hasCheckpoint(folder: string): boolean {
  return existsSync(join(folder, runFiles.checkpoint));
}
