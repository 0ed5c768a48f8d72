/** How DoReMi (arXiv 2305.10429) is carried out: as the paper says, or as its authors' public code does. */
import { AssayError, ExitCode } from '../../errors.js';

export interface DoremiOptions {
  /** η: what a nat of excess loss adds to the logarithm of a domain's weight, a step. */
  stepSize: number;
  /** c in [0, 1): share of the uniform mixture in the weights after every step. */
  smoothing: number;
  /** Windows of a batch: as many of every domain, or in the shares of the reference mixture. */
  sampling: 'uniform' | 'reference';
  /** Weights before the first step: uniform, or the shares that batches are sampled in. */
  start: 'uniform' | 'sampling';
  /** Excess loss of a domain that no batch has held yet: 0, or ln(vocabulary), the loss of a uniform guess. */
  unseenExcess: 'zero' | 'vocabulary';
  /**
   * What the weights multiply. `domain-mean`: the mean loss of each domain in the batch. `batch-mean`: each token's loss,
   * by weight over sampling share, divided by the sum of these factors over the batch: a rare domain's tokens then count
   * by how many there happen to be.
   */
  objective: 'domain-mean' | 'batch-mean';
  /** The answer is the mean of the weights after every step; `start-and-steps` counts those before the first one too. */
  mean: 'steps' | 'start-and-steps';
}

/** Algorithm 1 of the paper, with its constants. It does not say what an unseen domain's excess is. */
export const paperDoremi: DoremiOptions = {
  stepSize: 1,
  smoothing: 1e-3,
  sampling: 'uniform',
  start: 'uniform',
  unseenExcess: 'zero',
  objective: 'domain-mean',
  mean: 'steps',
};

/** What the public code does by default; its launch script has a smoothing of 1e-3, and names uniform shares to sample in. */
export const publicCodeDoremi: DoremiOptions = {
  stepSize: 1,
  smoothing: 1e-4,
  sampling: 'uniform',
  start: 'sampling',
  unseenExcess: 'vocabulary',
  objective: 'batch-mean',
  mean: 'start-and-steps',
};

/** @throws AssayError (exit code usage) when the step size or the smoothing is out of range */
export function checkDoremi({ stepSize, smoothing }: DoremiOptions): void {
  requireRange('step size', stepSize, stepSize > 0 && stepSize < Infinity, 'a number above 0');
  requireRange('smoothing', smoothing, smoothing >= 0 && smoothing < 1, 'at least 0 and below 1');
}

function requireRange(name: string, value: number, holds: boolean, expected: string): void {
  if (holds) return;
  throw new AssayError(`DoReMi: ${name}`, 'out of range', {
    expected,
    got: `${value}`,
    exitCode: ExitCode.usage,
  });
}
