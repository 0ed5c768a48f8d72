/** Reading what runs have written: the result of a finished run, and how far an unfinished one is. */
import { join } from 'node:path';
import { AssayError } from '../errors.js';
import type { AlignmentMetric, EvaluationMetric, MetricLine, RunResult } from '../records.js';
import { hashFile, readJournal } from '../store/index.js';
import { readDocumentLosses } from './documents.js';
import { readCrash, readOutcome, readRunSpec, runFiles } from './folder.js';

/**
 * The result of a run that ended, or whose process died at the last attempt; undefined for any other.
 * @throws AssayError when it is no run folder, or its files are broken
 */
export async function readRunResult(folder: string): Promise<RunResult | undefined> {
  const spec = readRunSpec(folder);
  const ended = readOutcome(folder, spec);
  const end = ended ?? readCrash(folder);
  if (end === undefined) return undefined;
  const lines = readJournal<MetricLine>(join(folder, runFiles.metrics), end.metricsBytes);
  const documents = end.status === 'failed' ? {} : await readDocumentLosses(join(folder, runFiles.documents));
  if (end.status === 'done') await checkHashes(folder, end.files, end.metricsBytes);
  const { id, recipe, seed, steps, parameters } = spec;
  const alignments = lines.filter((line): line is AlignmentMetric => line.kind === 'alignment');
  return {
    id,
    recipe,
    seed,
    steps,
    tokens: end.step * spec.batch * spec.context,
    parameters,
    seconds: end.seconds,
    ...(end.status === 'failed' ? { failure: end.reason } : {}),
    // Assay's own engines end a run for good for this reason only.
    ...(ended?.status === 'failed' && spec.engine.name !== 'command' ? { diverged: true } : {}),
    evaluations: lines.filter((line): line is EvaluationMetric => line.kind === 'evaluation'),
    ...(alignments.length === 0 ? {} : { alignments }),
    documents,
  };
}

/** What is read must be what the run left; lines after its end, as of a process that was thought dead, do no harm. */
async function checkHashes(
  folder: string,
  files: Record<string, string>,
  metricsBytes: number | undefined,
): Promise<void> {
  for (const file of [runFiles.metrics, runFiles.documents]) {
    const path = join(folder, file);
    const got = await hashFile(path, file === runFiles.metrics ? metricsBytes : undefined);
    if (got === files[file]) continue;
    throw new AssayError(path, 'not what done.json names', {
      expected: `SHA-256 ${files[file]}`,
      got,
      fix: "Delete the run's folder and run the same command again.",
    });
  }
}

/** The validations of a run so far, whether or not it has ended. */
export function readEvaluations(folder: string): EvaluationMetric[] {
  const end = readOutcome(folder, readRunSpec(folder));
  const lines = readJournal<MetricLine>(join(folder, runFiles.metrics), end?.metricsBytes);
  return lines.filter((line): line is EvaluationMetric => line.kind === 'evaluation');
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
  const last = readJournal<MetricLine>(join(folder, runFiles.metrics), end?.metricsBytes).findLast(
    ({ kind }) => kind === 'step',
  );
  const status = end?.status ?? (last === undefined ? 'waiting' : 'started');
  const step = end?.step ?? last?.step ?? 0;
  return { id, status, step, steps, ...(last?.kind === 'step' ? { lossNats: last.lossNats } : {}) };
}
