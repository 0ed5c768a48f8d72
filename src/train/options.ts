/** How a run is trained and watched, whichever engine trains it. */
import type { TrainerCache } from './onnx/index.js';

export interface RunProgress {
  id: string;
  /** Optimizer steps done. */
  step: number;
  steps: number;
  /** Training tokens per second since this process took the run up, validation included. */
  tokensPerSecond: number;
  /** Of the last step. */
  lossNats: number;
}

/** A run that was trained to the step asked for; the same folder goes on from its checkpoint. */
export interface PausedRun {
  status: 'paused';
  step: number;
}

export interface TrainRunOptions {
  /**
   * Train to this step, or to the end of the phases that the plan has so far, validation included where one is due, and
   * leave a checkpoint; a run that is there already stays as it is. Default: to the end. Not for commands.
   */
  until?: number;
  /**
   * Aborted: the step at hand is finished, a checkpoint is written, and an `AssayError` (interrupted) is thrown. A
   * program gets SIGTERM.
   */
  signal?: AbortSignal;
  onProgress?: (progress: RunProgress) => void;
  /** What a user should know but need not act on, as one sentence. */
  onNotice?: (message: string) => void;
  /** Least time between checkpoints, in seconds; default 5, of PyTorch 60, longer when writing one takes long. Not for commands. */
  checkpointSeconds?: number;
  /** Where the trainer comes from and stays; default: a new one, disposed of when the run has ended. */
  trainers?: TrainerCache;
  /** How long to wait for another process to let go of the folder, in seconds; default 30. */
  lockSeconds?: number;
  /** How long a program may take to end after SIGTERM before it is killed, in seconds; default 30, longer for large models. */
  graceSeconds?: number;
  /** Which GPUs to train on, of those that this process sees, from 0. Default: the first ones. For PyTorch only. */
  gpus?: readonly number[];
}
