/** What every model family gives: named parameters, and the forward graph that uses them. */
import { type Graph, type Shape, sizeOf } from '../graph/index.js';
import type { ModelConfig } from '../records.js';

export type Initialisation =
  | { kind: 'zeros' }
  | { kind: 'ones' }
  | { kind: 'normal'; standardDeviation: number };

export interface ParameterSpec {
  /** As in the Hugging Face safetensors of the family. */
  name: string;
  shape: Shape;
  /** Whether weight decay applies: matrices yes, biases and norms no. */
  decay: boolean;
  /** Whether it is a factor of a matrix product, and not a look-up, a bias or a gain only. Decides the arithmetic. */
  multiplied: boolean;
  initialisation: Initialisation;
}

export interface ModelSizes {
  vocabularySize: number;
  /** Tokens predicted per window. */
  context: number;
}

/** What differs between families in arithmetic and memory; see cost.ts. */
export interface ModelCost {
  /** Heads times head size. */
  attentionWidth: number;
  /** Most keys that one query sees, layer by layer. */
  keys: readonly number[];
  /** Float32 values a token and layer that live until the backward pass, beside attention probabilities. */
  activations: number;
}

export interface Model extends ModelSizes {
  config: ModelConfig;
  cost: ModelCost;
  parameters: readonly ParameterSpec[];
  /**
   * The forward graph for a batch of windows.
   *
   * Inputs: `windows` int32 [batch, context + 1]; `weights` float32 [batch, context], one per predicted token.
   * Outputs: `tokenLosses` [batch, context], each token's cross-entropy in nats times its weight; `loss` [], their
   * sum. So weights 1 give the losses of tokens, and weights 1 / (batch · context) give the mean loss.
   */
  forward(batch: number): Graph;
}

/** Every parameter once; a tied weight is one parameter. */
export function countParameters(model: Model): number {
  return model.parameters.reduce((total, { shape }) => total + sizeOf(shape), 0);
}
