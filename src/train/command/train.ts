/**
 * Trains a run with the user's own program: starts it in the run folder, watches it, and checks what it leaves.
 *
 * The program goes on from its own checkpoint and only appends to its metrics, so it can be killed at any moment, as the
 * embedded engine can. What went wrong is told apart as there: a run that would fail again ends for good with its reason,
 * a program that died is tried again.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError, ExitCode } from '../../errors.js';
import type { CommandEngine, Evaluation, RunOutcome, RunSpec } from '../../records.js';
import { type ProcessIdentity, readJson, writeJson } from '../../store/index.js';
import { removeAllButInputs, runFiles } from '../folder.js';
import type { TrainRunOptions } from '../options.js';
import { accept, fail, readClaim, writeMetrics } from './accept.js';
import { type Clock, startClock } from './clock.js';
import { describeEnd } from './describe-end.js';
import { followMetrics } from './follow.js';
import { readMetrics } from './metrics.js';
import { endEarlierGroup, type TrainerEnd, TrainerProcess } from './trainer-process.js';

/** `trainer.json`: there while a run is under way. */
interface Attempt {
  /** The leader of the trainer's process group. */
  leader: ProcessIdentity;
  /** Lines of `metrics.jsonl` when it began. */
  lines: number;
}

/** A program that ends without a result is tried this often before the run is given up for now. */
const attempts = 2;
const defaultGraceSeconds = 30;
/** Seconds between notes of the time spent. */
const timingSeconds = 5;
/** Of no use to an attempt that is not over: removed before each. */
const writtenLast = [runFiles.done, runFiles.documents, runFiles.documentLines];

/**
 * Takes the run of a locked folder up.
 * @throws AssayError when the trainer cannot be started, ends twice without a result, or the signal was aborted
 */
export async function trainByCommand(
  folder: string,
  spec: RunSpec,
  engine: CommandEngine,
  evaluation: Evaluation,
  options: TrainRunOptions,
): Promise<RunOutcome> {
  const { signal, onNotice = () => {} } = options;
  const notice = (message: string): void => onNotice(`${spec.id}: ${message}`);
  const clock = startClock(folder);
  const earlier = readJson<Attempt>(join(folder, runFiles.attempt));
  if (earlier !== undefined) await endEarlierGroup(earlier.leader);
  /** True once a trainer has written into this folder: what it left may be damaged, and made again. */
  let takenUp = earlier !== undefined;
  let lines = earlier?.lines ?? 0;

  for (let crashes = 0; ; ) {
    const claim = readClaim(folder);
    if (claim !== undefined) {
      try {
        return await accept(folder, spec, evaluation, claim, lines, clock.seconds());
      } catch (error) {
        if (!(error instanceof AssayError) || error.exitCode !== ExitCode.data) throw error;
        if (!takenUp) {
          const { message } = new AssayError(error.subject, error.problem, {
            ...error.details,
            fix: correctIt,
          });
          return fail(folder, spec, readMetrics(folder, spec, evaluation, lines), message, clock.seconds());
        }
        notice(`what was there is not whole, so this run starts again (${error.message})`);
        removeAllButInputs(folder);
        takenUp = false;
      }
    }
    for (const file of writtenLast) rmSync(join(folder, file), { force: true });
    const kept = readMetrics(folder, spec, evaluation, lines).lines;
    lines = kept.length;
    await writeMetrics(folder, kept);
    const end = await attempt(folder, spec, engine, lines, options, clock);
    await clock.note();
    if (readClaim(folder) !== undefined) continue;
    if (signal?.aborted) {
      const fix = 'Run the same command again to go on from here.';
      throw new AssayError(`run ${spec.id}`, 'stopped', { fix, exitCode: ExitCode.interrupted });
    }
    const reason = describeEnd(end, folder, engine);
    if (++crashes === attempts) throw new AssayError('the trainer', reason);
    notice(`the trainer ${reason}; trying once more`);
    takenUp = true;
  }
}

const correctIt =
  'Correct the trainer, then change `engine: { version: … }` or delete the run folder, and run the same command again.';

/** One start of the program, to the end of all its processes. */
async function attempt(
  folder: string,
  spec: RunSpec,
  engine: CommandEngine,
  lines: number,
  { signal, onProgress = () => {}, graceSeconds = defaultGraceSeconds }: TrainRunOptions,
  clock: Clock,
): Promise<TrainerEnd> {
  const trainer = TrainerProcess.prepare(engine, folder);
  const stop = (): void => trainer.stop(graceSeconds);
  // Noted before the trainer starts: whoever takes this run up ends it first.
  await writeJson(join(folder, runFiles.attempt), { leader: trainer.identity, lines } satisfies Attempt);
  const unfollow = followMetrics(folder, spec, onProgress);
  // A disk that refuses will say so again at the end.
  const timer = setInterval(() => clock.note().catch(() => {}), timingSeconds * 1000);
  try {
    signal?.addEventListener('abort', stop);
    if (signal?.aborted) trainer.stop(0);
    else trainer.start();
    return await trainer.end;
  } finally {
    signal?.removeEventListener('abort', stop);
    clearInterval(timer);
    unfollow();
  }
}
