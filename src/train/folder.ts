/** The files of a run folder, and reading what decides the run. The protocol is `docs/run-protocol.md`. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError } from '../errors.js';
import type { RunOutcome, RunSpec } from '../records.js';
import { readJson, writeJson } from '../store/index.js';
import { misfit, runSpecShape } from './protocol.js';

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
  documentLines: 'documents.jsonl',
  attempt: 'trainer.json',
  log: 'trainer.log',
  lock: 'run.lock',
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
  const broken = misfit(runSpecShape, spec);
  if (broken !== undefined) {
    const { problem, ...words } = broken;
    const fix = 'Delete the folder and run the same command again.';
    throw new AssayError(path, problem, { ...words, fix });
  }
  return spec as RunSpec;
}

/**
 * `done.json` of this run; undefined while it is not finished. One with another hash, or without the length of the metrics
 * where another program writes it, is not Assay's and counts for nothing.
 */
export function readOutcome(folder: string, spec: RunSpec): RunOutcome | undefined {
  const outcome = readDone(folder) as RunOutcome | undefined;
  if (outcome?.hash !== spec.hash) return undefined;
  return spec.engine.name !== 'onnx' && outcome.metricsBytes === undefined ? undefined : outcome;
}

/** What `done.json` holds, whoever wrote it; undefined where it is not there, or not whole. */
export function readDone(folder: string): Record<string, unknown> | undefined {
  try {
    return readJson(join(folder, runFiles.done)) ?? undefined;
  } catch {
    return undefined;
  }
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

/** What stays when a run starts again whose results may have any name. */
const kept: readonly string[] = [
  runFiles.spec,
  runFiles.graph,
  runFiles.plan,
  runFiles.evaluation,
  runFiles.init,
  runFiles.log,
  runFiles.lock,
];

/** Removes everything but the inputs: a user's trainer names its files as it likes. */
export function removeAllButInputs(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!kept.includes(name)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/** Removes what an earlier attempt left. */
export function removeResults(folder: string): void {
  for (const file of results) rmSync(join(folder, file), { force: true });
}

export function hasCheckpoint(folder: string): boolean {
  return existsSync(join(folder, runFiles.checkpoint));
}
