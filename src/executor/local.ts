/**
 * Runs on this machine: a pool of worker processes, each training one run at a time, or one stack of runs on a GPU.
 *
 * Processes rather than threads, because ONNX Runtime crashes in worker threads, and because a process that dies takes
 * only its own run with it. Resuming is safe at any moment, so such a run is simply tried once more.
 */
import { AssayError, ExitCode } from '../errors.js';
import type { RunOutcome } from '../records.js';
import { type PausedRun, readOutcome, readRunSpec, recordCrash } from '../train/index.js';
import type { MemberEnd, Refusal } from './messages.js';
import { Overall, type RunProgress } from './overall.js';
import { findPlaces, type Place } from './places.js';
import { type AttemptEnd, defaultWorkerPath, WorkerProcess } from './worker-process.js';

export interface LocalOptions {
  /** Run folders, as `prepareRun` makes them. */
  folders: readonly string[];
  /** Processes at once; default: one per `threads` cores, and no more than fit into free memory; on GPUs one each. */
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
  const left = [...folders.keys()].filter((index) => outcomes[index] === undefined);
  const rounds = await findPlaces(
    left.map((index) => specs[index]!),
    options.workers,
  );
  /** Stacks of runs of a round, as indices of `folders`. */
  let waiting: number[][] = [];
  const active = new Set<WorkerProcess>();
  const workerPath = left.length > 0 ? (options.worker ?? defaultWorkerPath()) : '';

  let refusal: Refusal | undefined;
  const stop = (): void => {
    rounds.length = 0;
    waiting.length = 0;
    for (const worker of active) worker.stop();
  };

  /** One place for a run or stack: keeps its process from one to the next, and replaces it when it dies. */
  async function place(on: Place): Promise<void> {
    let worker: WorkerProcess | undefined;
    const attempt = async (stack: readonly number[]): Promise<AttemptEnd> => {
      if (!worker?.alive) {
        worker = new WorkerProcess(workerPath);
        active.add(worker);
      }
      const { checkpointSeconds, until } = options;
      const named = (id: string): number => stack.find((index) => specs[index]!.id === id)!;
      const end = await worker.train(
        stack.map((index) => folders[index]!),
        {
          ...on,
          ...(checkpointSeconds === undefined ? {} : { checkpointSeconds }),
          ...(until === undefined ? {} : { until }),
          onProgress: (progress) => overall.moved(named(progress.id), progress),
          onNotice,
        },
      );
      if (end.kind === 'died') active.delete(worker);
      return end;
    };
    for (let stack = waiting.shift(); stack !== undefined; stack = waiting.shift()) {
      let end = await attempt(stack);
      for (let n = 1; end.kind === 'died' && n < attempts && !signal?.aborted && !refusal; n++) {
        const more = stack.length === 1 ? '' : ` and ${stack.length - 1} more`;
        onNotice(`${specs[stack[0]!]!.id}${more}: ${end.reason}; trying once more`);
        end = await attempt(stack);
      }
      if (end.kind === 'refused') {
        refusal ??= end;
        stop();
      }
      const stopping = signal?.aborted || refusal !== undefined;
      if (end.kind === 'refused' || end.kind === 'stopped' || (end.kind === 'died' && stopping)) return;
      for (const [k, index] of stack.entries()) {
        const outcome = await outcomeOf(index, end.kind === 'ended' ? end.ends[k]! : end);
        outcomes[index] = outcome;
        overall.ended(index, outcome);
      }
      if (stopping) return;
    }
  }

  /** Of a stack whose process died, some may have ended before. */
  async function outcomeOf(
    index: number,
    end: MemberEnd | { reason: string },
  ): Promise<RunOutcome | PausedRun> {
    if ('outcome' in end) return end.outcome;
    return readOutcome(folders[index]!, specs[index]!) ?? recordCrash(folders[index]!, end.reason);
  }

  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop);
  try {
    for (let round = rounds.shift(); round !== undefined; round = rounds.shift()) {
      waiting = round.stacks.map((stack) => stack.map((k) => left[k]!));
      await Promise.all(round.places.map(place));
    }
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
