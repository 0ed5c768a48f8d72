/** What the parent and a worker process say to each other over the IPC channel. */
import type { RunOutcome } from '../records.js';
import type { PausedRun, RunProgress as TrainProgress } from '../train/index.js';

/** What of a run's training the parent decides. */
export interface TrainSettings {
  checkpointSeconds?: number;
  /** As in `trainRun`. */
  until?: number;
  gpus?: readonly number[];
}

export type ToWorker =
  | { kind: 'train'; folders: readonly string[]; settings: TrainSettings }
  /** Finish the step, write a checkpoint, answer `stopped`. */
  | { kind: 'stop' };

/** The machine refused (a full disk, a lock held elsewhere): an `AssayError` of exit code system, in parts. */
export interface Refusal {
  kind: 'refused';
  subject: string;
  problem: string;
  details: { expected?: string; got?: string; fix?: string };
}

/** How a run ended, or why it could not be done here and now, which is not the run's own doing. */
export type MemberEnd =
  | { kind: 'ended'; outcome: RunOutcome | PausedRun }
  | { kind: 'error'; reason: string };

export type FromWorker =
  | { kind: 'progress'; progress: TrainProgress }
  | { kind: 'notice'; message: string }
  /** One for each folder. */
  | { kind: 'ended'; ends: MemberEnd[] }
  | { kind: 'stopped' }
  | Refusal
  /** None of the runs could be done here and now. */
  | { kind: 'error'; reason: string };
