/**
 * Trains runs with a program: starts it for their folders, watches it, and checks what it leaves.
 *
 * The program goes on from its own checkpoint and only appends to its metrics, so it can be killed at any moment, as the
 * embedded engine can. What went wrong is told apart as there: a run that would fail again ends for good with its reason,
 * a program that died is tried again.
 */
import { join } from 'node:path';
import { AssayError, ExitCode } from '../../errors.js';
import type { RunOutcome } from '../../records.js';
import { runFiles } from '../folder.js';
import type { PausedRun, TrainRunOptions } from '../options.js';
import { describeEnd } from './describe-end.js';
import { followLines, followMetrics } from './follow.js';
import type { TrainerProgram } from './program.js';
import { type OpenedRun, SupervisedRun } from './supervised-run.js';
import { type TrainerEnd, TrainerProcess } from './trainer-process.js';

/** A program that ends without a result is tried this often before the run is given up for now. */
const attempts = 2;
/** How fast any disk takes a checkpoint, in bytes a second: a trainer that is stopped still writes one. */
const slowDisk = 1e8;
/** Seconds between notes of the time spent. */
const timingSeconds = 5;

/**
 * Takes runs up in one process of the program. When it dies, it is tried once more; when it dies again, each half of the
 * runs has a process of its own, and so on, so that a run on which the program dies does not take the others with it.
 *
 * @returns for each run how it ended, or why it could not be trained here and now
 * @throws AssayError when the program cannot be started, or the signal was aborted
 */
export async function trainByProgram(
  opened: readonly OpenedRun[],
  program: TrainerProgram,
  options: TrainRunOptions,
): Promise<(RunOutcome | PausedRun | AssayError)[]> {
  const runs: SupervisedRun[] = [];
  for (const run of opened) runs.push(await SupervisedRun.open(run));
  await train(runs, program, options, attempts);
  return runs.map(({ end }) => end!);
}

/** Until each run has an end. */
async function train(
  runs: readonly SupervisedRun[],
  program: TrainerProgram,
  options: TrainRunOptions,
  tries: number,
): Promise<void> {
  const { signal, onNotice = () => {} } = options;
  for (let crashes = 0; ; ) {
    for (const run of runs) if (run.end === undefined) await run.settle(program, onNotice);
    const left = runs.filter(({ end }) => end === undefined);
    if (left.length === 0) return;
    const end = await attempt(left, program, options);
    let unclaimed = left.filter((run) => !run.isClaimed);
    if (unclaimed.length === 0) continue;
    if (signal?.aborted) {
      for (const run of left) await run.settle(program, onNotice);
      const fix = 'Run the same command again to go on from here.';
      throw new AssayError(nameOf(unclaimed), 'stopped', { fix, exitCode: ExitCode.interrupted });
    }
    if (end.kind === 'ended' && end.code === 0) {
      for (const run of unclaimed) run.pause();
      unclaimed = unclaimed.filter((run) => run.end === undefined);
      if (unclaimed.length === 0) continue;
    }
    const reason = describeEnd(end, left[0]!.folder, program);
    for (const run of unclaimed) run.interrupted();
    if (++crashes < tries) {
      onNotice(`${nameOf(unclaimed)}: the trainer ${reason}; trying once more`);
    } else if (unclaimed.length === 1) {
      unclaimed[0]!.end = new AssayError('the trainer', reason);
    } else {
      onNotice(`${nameOf(unclaimed)}: the trainer ${reason}; trying each half on its own`);
      const half = Math.ceil(unclaimed.length / 2);
      await train(unclaimed.slice(0, half), program, options, 1);
      await train(unclaimed.slice(half), program, options, 1);
    }
  }
}

/** `run all-s0-1a2b3c4d and 3 more`. */
function nameOf([first, ...more]: readonly SupervisedRun[]): string {
  return `run ${first!.spec.id}${more.length === 0 ? '' : ` and ${more.length} more`}`;
}

/** Half a minute, and the time that checkpoints of weights and two moments take. */
function graceOf(runs: readonly SupervisedRun[]): number {
  return runs.reduce((sum, { spec }) => sum + (3 * 4 * spec.parameters) / slowDisk, 30);
}

/** One start of the program, to the end of all its processes. */
async function attempt(
  runs: readonly SupervisedRun[],
  program: TrainerProgram,
  options: TrainRunOptions,
): Promise<TrainerEnd> {
  const { signal, onProgress = () => {}, onNotice = () => {} } = options;
  const graceSeconds = options.graceSeconds ?? graceOf(runs);
  const trainer = TrainerProcess.prepare(
    program,
    runs.map(({ folder }) => folder),
  );
  const stop = (): void => trainer.stop(graceSeconds);
  // A disk that refuses will say so again at the end.
  const noteTime = (): void => runs.forEach(({ clock }) => void clock.note().catch(() => {}));
  const undo: (() => void)[] = [];
  try {
    for (const run of runs) {
      await run.begin(trainer.identity);
      run.clock.shareAmong(runs.length);
      undo.push(followMetrics(run.folder, run.spec, onProgress));
    }
    const log = followLines(join(runs[0]!.folder, runFiles.log), (lines) => {
      for (const notice of lines.map((line) => program.noticeIn?.(line)))
        if (notice !== undefined) onNotice(notice);
    });
    undo.push(log);
    const timer = setInterval(noteTime, timingSeconds * 1000);
    undo.push(() => clearInterval(timer));
    signal?.addEventListener('abort', stop);
    if (signal?.aborted) trainer.stop(0);
    else trainer.start();
    return await trainer.end;
  } catch (error) {
    trainer.stop(0);
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    for (const end of undo) end();
    for (const { clock } of runs) clock.shareAmong(1);
    await Promise.all(runs.map(({ clock }) => clock.note()));
  }
}
