/**
 * What the run loop asks of an engine that trains inside this process.
 *
 * An engine owns the parameters and the optimizer's moments; the loop owns the order of windows, the schedule,
 * the metrics and the checkpoints.
 */
import type { OptimizerSpec } from '../records.js';
import type { WeightedWindows } from '../validation/index.js';

export interface StepResult {
  /** Mean cross-entropy over the batch, nats per token. */
  lossNats: number;
  /** Global L2 norm of the gradient before clipping. */
  gradientNorm: number;
}

export interface AlignedStep extends StepResult {
  /** ∇loss · ∇(mean loss of the batch) for each loss that was asked for, at the parameters before the step. */
  alignments: number[];
}

/** Everything a checkpoint holds, by parameter name. */
export interface TrainState {
  /** Optimizer steps done; decides Adam's bias correction. */
  step: number;
  parameters: Map<string, Float32Array>;
  firstMoments: Map<string, Float32Array>;
  secondMoments: Map<string, Float32Array>;
}

export interface Trainer {
  /**
   * Replaces all of its state, whatever happened before: it then gives the bits that a new trainer would.
   * @param state copied; a parameter without moments starts with zeros
   * @throws AssayError when the state does not fit the model
   */
  load(state: TrainState): void;
  /**
   * One optimizer step: forward, backward, clip, AdamW.
   * @param windows Int32 [batch, context + 1], row-major
   * @param learningRate rate of this step
   */
  step(windows: Int32Array, learningRate: number): Promise<StepResult>;
  /**
   * Several steps, to the same bits as one by one, but faster. They are all taken, even when a loss is not finite.
   * @param windows Int32 [steps, batch, context + 1]
   * @param learningRates one a step
   */
  steps(windows: Int32Array, learningRates: readonly number[]): Promise<StepResult[]>;
  /**
   * One step, to the same bits as `step`, and how far its gradient before clipping points where other losses fall.
   * @param losses at least one window each
   */
  alignedStep(
    windows: Int32Array,
    learningRate: number,
    losses: readonly WeightedWindows[],
  ): Promise<AlignedStep>;
  /**
   * Cross-entropy of every predicted token, without changing any state.
   * @param windows Int32 [n, context + 1], any n ≥ 1
   * @returns Float32 [n, context], nats
   */
  tokenLosses(windows: Int32Array): Promise<Float32Array>;
  /** A copy of the state, safe to write while training goes on. */
  state(): TrainState;
  /** Frees native memory; the trainer cannot be used afterwards. */
  dispose(): Promise<void>;
}

export interface TrainerOptions {
  batch: number;
  /** Divides `batch`; the gradient is accumulated over batch / microBatch passes. */
  microBatch: number;
  context: number;
  threads: number;
  optimizer: OptimizerSpec;
}
