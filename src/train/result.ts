/** Reading what runs have written: the result of a finished run, and how far an unfinished one is. */
import { join } from 'node:path';
import { AssayError } from '../errors.js';
import type { EvaluationMetric, MetricLine, RunOutcome, RunResult } from '../records.js';
import { readJournal } from '../store/index.js';
import { readDocumentLosses } from './documents.js';
import { readOutcome, readRunSpec, runFiles } from './folder.js';

/**
 * @param outcome how a run ended that has no `done.json`, because its process died; read from the folder by default
 * @throws AssayError when the run has not ended, or its files are broken
 */
export async function readRunResult(folder: string, outcome?: RunOutcome): Promise<RunResult> {
  const spec = readRunSpec(folder);
  const end = readOutcome(folder, spec) ?? outcome;
  if (end === undefined) {
    throw new AssayError(folder, 'this run has not ended', {
      expected: 'done.json',
      got: 'no such file',
      fix: 'Run the study again: it goes on from here.',
    });
  }
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
