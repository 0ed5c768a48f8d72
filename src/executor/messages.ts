/** What the parent and a worker process say to each other over the IPC channel. */
import type { RunOutcome } from '../records.js';
import type { RunProgress as TrainProgress } from '../train/index.js';

export type ToWorker =
  | { kind: 'train'; folder: string; checkpointSeconds?: number }
  /** Finish the step, write a checkpoint, answer `stopped`. */
  | { kind: 'stop' };

export type FromWorker =
  | { kind: 'progress'; progress: TrainProgress }
  | { kind: 'notice'; message: string }
  | { kind: 'ended'; outcome: RunOutcome }
  | { kind: 'stopped' }
  /** The run could not be done here and now, for a reason that is not the run's own. */
  | { kind: 'error'; reason: string };
