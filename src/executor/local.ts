/**
 * Runs on this machine: a pool of worker processes, each training one run at a time.
 *
 * Processes rather than threads, because ONNX Runtime crashes in worker threads, and because a process that dies takes
 * only its own run with it. Resuming is safe at any moment, so such a run is simply tried once more.
 */
import { AssayError, ExitCode } from '../errors.js';
import type { RunOutcome, RunSpec } from '../records.js';
import { type PausedRun, readOutcome, readRunSpec, recordCrash } from '../train/index.js';
import type { Refusal } from './messages.js';
import { Overall, type RunProgress } from './overall.js';
import { type AttemptEnd, defaultWorkerPath, WorkerProcess } from './worker-process.js';
import { freeMachine, runBytes, workersFor } from './workers.js';

export interface LocalOptions {
  /** Run folders, as `prepareRun` makes them. */
  folders: readonly string[];
  /** Runs at once; default: one per `threads` cores, and no more than fit into free memory. */
  workers?: number;
  /** Aborted: every run finishes its step, writes a checkpoint and stops. */
  signal?: AbortSignal;
  onProgress?: (progress: RunProgress) => void;
  onNotice?: (message: string) => void;
  /** Seconds between checkpoints of a run; default as in `trainRun`. */
  checkpointSeconds?: number;
  /** Train every run to this step only; see `TrainRunOptions`. Default: to the end. */
  until?: number;
  /** Path of the compiled worker; default: the one of this build. */
  worker?: string;
}

/** A run whose process dies is tried this often. */
const attempts = 2;

/**
 * Trains all runs; those that have ended already are not started.
 * @returns how each run ended, in the order of `folders`; a failed run does not stop the others, and with `until` those
 *   that reached the step are paused
 * @throws AssayError when a folder is not a run folder, the signal was aborted (exit code interrupted), or the machine
 *   refused (exit code system): what stops one run, such as a full disk, would stop the others too
 */
export function runLocally(options: LocalOptions & { until?: undefined }): Promise<RunOutcome[]>;
export function runLocally(options: LocalOptions): Promise<(RunOutcome | PausedRun)[]>;
export async function runLocally(options: LocalOptions): Promise<(RunOutcome | PausedRun)[]> {
  const { folders, signal, onProgress = () => {}, onNotice = () => {} } = options;
  const specs = folders.map(readRunSpec);
  const outcomes: (RunOutcome | PausedRun | undefined)[] = folders.map((folder, index) =>
    readOutcome(folder, specs[index]!),
  );
  const overall = new Overall(specs, outcomes, onProgress, options.until);
  const waiting = [...folders.keys()].filter((index) => outcomes[index] === undefined);
  const active = new Set<WorkerProcess>();
  const workerPath = waiting.length > 0 ? (options.worker ?? defaultWorkerPath()) : '';

  let refusal: Refusal | undefined;
  const stop = (): void => {
    waiting.length = 0;
    for (const worker of active) worker.stop();
  };

  /** One place for a run: keeps its process from run to run, and replaces it when it dies. */
  async function place(): Promise<void> {
    let worker: WorkerProcess | undefined;
    const attempt = async (index: number): Promise<AttemptEnd> => {
      if (!worker?.alive) {
        worker = new WorkerProcess(workerPath);
        active.add(worker);
      }
      const { checkpointSeconds, until } = options;
      const end = await worker.train(folders[index]!, {
        ...(checkpointSeconds === undefined ? {} : { checkpointSeconds }),
        ...(until === undefined ? {} : { until }),
        onProgress: (progress) => overall.moved(index, progress),
        onNotice,
      });
      if (end.kind === 'died') active.delete(worker);
      return end;
    };
    for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) {
      let end = await attempt(index);
      for (let n = 1; end.kind === 'died' && n < attempts && !signal?.aborted && !refusal; n++) {
        onNotice(`${specs[index]!.id}: ${end.reason}; trying once more`);
        end = await attempt(index);
      }
      if (end.kind === 'refused') {
        refusal ??= end;
        stop();
      }
      const stopping = signal?.aborted || refusal !== undefined;
      if (end.kind === 'refused' || end.kind === 'stopped' || (end.kind === 'died' && stopping)) return;
      const outcome = end.kind === 'ended' ? end.outcome : await recordCrash(folders[index]!, end.reason);
      outcomes[index] = outcome;
      overall.ended(index, outcome);
      if (stopping) return;
    }
  }

  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop);
  try {
    const places = Math.min(waiting.length, options.workers ?? workersForAll(specs));
    await Promise.all(Array.from({ length: places }, place));
  } finally {
    signal?.removeEventListener('abort', stop);
    for (const worker of active) worker.close();
  }
  if (refusal !== undefined) {
    const { subject, problem, details } = refusal as Refusal;
    throw new AssayError(subject, problem, { ...details, exitCode: ExitCode.system });
  }
  if (outcomes.every((outcome) => outcome !== undefined)) return outcomes;
  throw new AssayError('training', 'stopped before all runs were finished', {
    fix: 'Run the same command again to go on from here.',
    exitCode: ExitCode.interrupted,
  });
}

/** Of the runs that are left, the largest decides. */
function workersForAll(specs: readonly RunSpec[]): number {
  const threads = Math.max(...specs.map((spec) => spec.threads));
  return workersFor(threads, Math.max(...specs.map(runBytes)), freeMachine());
}
