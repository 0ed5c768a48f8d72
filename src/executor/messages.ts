/** What the parent and a worker process say to each other over the IPC channel. */
import type { RunOutcome } from '../records.js';
import type { PausedRun, RunProgress as TrainProgress } from '../train/index.js';

export type ToWorker =
  | { kind: 'train'; folder: string; checkpointSeconds?: number; until?: number }
  /** Finish the step, write a checkpoint, answer `stopped`. */
  | { kind: 'stop' };

/** The machine refused (a full disk, a lock held elsewhere): an `AssayError` of exit code system, in parts. */
export interface Refusal {
  kind: 'refused';
  subject: string;
  problem: string;
  details: { expected?: string; got?: string; fix?: string };
}

export type FromWorker =
  | { kind: 'progress'; progress: TrainProgress }
  | { kind: 'notice'; message: string }
  | { kind: 'ended'; outcome: RunOutcome | PausedRun }
  | { kind: 'stopped' }
  | Refusal
  /** The run could not be done here and now, for a reason that is not the run's own. */
  | { kind: 'error'; reason: string };
