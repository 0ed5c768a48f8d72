/** From what a trainer that is another program left to a finished run: checked, put into the form of every run, and named by its hashes. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError } from '../../errors.js';
import type { DocumentLosses, Evaluation, MetricLine, RunOutcome, RunSpec } from '../../records.js';
import { hashFile, writeFileDurably, writeJson } from '../../store/index.js';
import { hasCheckpoint, readDone, runFiles } from '../folder.js';
import { realisedPhases } from '../phases.js';
import { claimShape, misfit } from '../protocol.js';
import { acceptDocuments } from './documents.js';
import { isNear, type Metrics, readMetrics } from './metrics.js';

/** How a trainer says that its run ended. */
export type Claim = { status: 'done' } | { status: 'failed'; reason: string };

/** What the trainer wrote into `done.json`, unchecked; undefined where there is none, or it is another run's. */
export function readClaim(folder: string): Record<string, unknown> | undefined {
  const done = readDone(folder);
  return done?.hash === undefined ? done : undefined;
}

/**
 * Replaces `metrics.jsonl`: a writer that still has the old file open, writes to nobody.
 * @returns its length in bytes
 */
export async function writeMetrics(folder: string, lines: readonly MetricLine[]): Promise<number> {
  const bytes = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await writeFileDurably(join(folder, runFiles.metrics), bytes);
  return bytes.length;
}

/**
 * Checks what was left and ends the run.
 * @param attemptAt as in `readMetrics`
 * @throws AssayError that names file and line when the results are not what the protocol asks for
 */
export async function accept(
  folder: string,
  spec: RunSpec,
  evaluation: Evaluation,
  claim: Record<string, unknown>,
  attemptAt: number,
  seconds: number,
): Promise<RunOutcome> {
  const broken = misfit(claimShape, claim);
  if (broken !== undefined) {
    const { problem, ...words } = broken;
    throw new AssayError(runFiles.done, problem, words);
  }
  const metrics = readMetrics(folder, spec, evaluation, attemptAt);
  const ended = claim as Claim;
  if (ended.status === 'failed') return fail(folder, spec, metrics, ended.reason, seconds);
  if (metrics.problem !== undefined) throw metrics.problem;
  const documents = await acceptDocuments(folder, evaluation);
  checkSums(metrics.lines, documents);
  const metricsBytes = await writeMetrics(folder, metrics.lines);
  const files: Record<string, string> = {};
  for (const file of [runFiles.metrics, runFiles.documents, runFiles.checkpoint]) {
    if (file === runFiles.checkpoint && !hasCheckpoint(folder)) continue;
    files[file] = await hashFile(join(folder, file));
  }
  const phases = realisedPhases(folder, spec);
  const done = { status: 'done' as const, hash: spec.hash, step: spec.steps, files, metricsBytes, seconds };
  return end(folder, { ...done, ...(phases && { phases }) });
}

/** Ends a run that would fail again; the right lines of its metrics are kept. */
export async function fail(
  folder: string,
  spec: RunSpec,
  { lines }: Metrics,
  reason: string,
  seconds: number,
): Promise<RunOutcome> {
  const metricsBytes = await writeMetrics(folder, lines);
  const step = lines.at(-1)?.step ?? 0;
  return end(folder, { status: 'failed', hash: spec.hash, step, reason, metricsBytes, seconds });
}

async function end(folder: string, outcome: RunOutcome): Promise<RunOutcome> {
  await writeJson(join(folder, runFiles.done), outcome);
  for (const file of [runFiles.documentLines, runFiles.attempt, runFiles.timing]) {
    if (existsSync(join(folder, file))) rmSync(join(folder, file));
  }
  return outcome;
}

/** The last validation and the documents must tell the same: a loss that is off by documents ranks recipes wrongly. */
function checkSums(lines: readonly MetricLine[], documents: Record<string, DocumentLosses>): void {
  const last = lines.at(-1);
  if (last?.kind !== 'evaluation') return;
  for (const [name, { lossSumNats, tokens }] of Object.entries(documents)) {
    const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);
    const expected = total(lossSumNats) / total(tokens);
    const got = last.domains[name]!.lossNats;
    if (isNear(got, expected)) continue;
    throw new AssayError(
      `${runFiles.metrics}:${lines.length}: lossNats of "${name}"`,
      'not that of its documents',
      {
        expected: `${expected} (the sum of lossSumNats over the tokens)`,
        got: `${got}`,
      },
    );
  }
}
