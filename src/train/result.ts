/** Reading what runs have written: the result of a finished run, and how far an unfinished one is. */
import { join } from 'node:path';
import type { EvaluationMetric, MetricLine, RunResult } from '../records.js';
import { readJournal } from '../store/index.js';
import { readDocumentLosses } from './documents.js';
import { readCrash, readOutcome, readRunSpec, runFiles } from './folder.js';

/**
 * The result of a run that ended, or whose process died at the last attempt; undefined for any other.
 * @throws AssayError when it is no run folder, or its files are broken
 */
export async function readRunResult(folder: string): Promise<RunResult | undefined> {
  const spec = readRunSpec(folder);
  const end = readOutcome(folder, spec) ?? readCrash(folder);
  if (end === undefined) return undefined;
  const lines = readJournal<MetricLine>(join(folder, runFiles.metrics));
  const { id, recipe, seed, steps, parameters } = spec;
  return {
    id,
    recipe,
    seed,
    steps,
    tokens: end.step * spec.batch * spec.context,
    parameters,
    seconds: end.seconds,
    ...(end.status === 'failed' ? { failure: end.reason } : {}),
    evaluations: lines.filter((line): line is EvaluationMetric => line.kind === 'evaluation'),
    documents: end.status === 'failed' ? {} : await readDocumentLosses(join(folder, runFiles.documents)),
  };
}

export interface RunState {
  id: string;
  status: 'waiting' | 'started' | 'done' | 'failed';
  step: number;
  steps: number;
  lossNats?: number;
}

/** How far a run is, by its files alone. */
export function readProgress(folder: string): RunState {
  const spec = readRunSpec(folder);
  const { id, steps } = spec;
  const end = readOutcome(folder, spec);
  const last = readJournal<MetricLine>(join(folder, runFiles.metrics)).findLast(
    ({ kind }) => kind === 'step',
  );
  const status = end?.status ?? (last === undefined ? 'waiting' : 'started');
  const step = end?.step ?? last?.step ?? 0;
  return { id, status, step, steps, ...(last?.kind === 'step' ? { lossNats: last.lossNats } : {}) };
}
