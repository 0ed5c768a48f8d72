/** What trains: one of two ways to take steps, which differ in speed and memory only. */
import type { Tensor } from 'onnxruntime-node';
import type { StepResult } from '../engine.js';
import type { Values } from './values.js';

export interface StepBatch {
  /** Int32 [steps, batch, context + 1]. */
  windows: Int32Array;
  /** [microBatch, context]: what each token's loss counts. */
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
