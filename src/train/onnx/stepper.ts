/** What trains: one of two ways to take steps, which differ in speed and memory only. */
import type { Tensor } from 'onnxruntime-node';
import type { StepResult, TrainerOptions } from '../engine.js';
import type { Values } from './values.js';

export interface StepperOptions extends TrainerOptions {
  /** Every token of the batch has a weight of its own. Default false: those of a micro-batch hold for all of them. */
  weighEachToken?: boolean;
}

/** [microBatch, context], or with weights of their own [passes, microBatch, context]. */
export function weightsShape({ batch, microBatch, context, weighEachToken }: StepperOptions): number[] {
  return weighEachToken ? [batch / microBatch, microBatch, context] : [microBatch, context];
}

export interface StepBatch {
  /** Int32 [steps, batch, context + 1]. */
  windows: Int32Array;
  /** What each token's loss counts: `weightsShape`. */
  weights: Tensor;
  /** One a step. */
  learningRates: readonly number[];
  /** Optimizer steps done before. */
  stepsDone: number;
}

export interface Stepper {
  /** Takes the steps, and leaves their end in `values`. */
  run(values: Values, batch: StepBatch): Promise<StepResult[]>;
  dispose(): Promise<void>;
}
