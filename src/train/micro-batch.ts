/** Windows per pass of a run: chosen once, because it decides bits. */
import { AssayError, ExitCode } from '../errors.js';
import { chooseMicroBatch, type Model, stepBytes } from '../model/index.js';
import type { ProxySpec } from '../records.js';

/**
 * Memory for the activations of a pass. A constant, so that the choice does not depend on the machine.
 *
 * More is not faster: a step of 4 layers of width 256 with 16 windows of 256 tokens takes 967, 957 and 946 ms of one
 * thread in passes of 2, 4 and 8 windows, and 1,200 in one pass of 16.
 */
const activationBytes = 2 ** 30;

/**
 * What the study asks for, or the largest divisor of the batch whose activations fit into 1 GiB (one window, if
 * that is more already).
 */
export function resolveMicroBatch(model: Model, proxy: Pick<ProxySpec, 'batch' | 'microBatch'>): number {
  const { batch, microBatch } = proxy;
  if (microBatch !== undefined) {
    if (batch % microBatch === 0) return microBatch;
    throw new AssayError('proxy.microBatch', 'does not divide the batch', {
      expected: `a divisor of ${batch}`,
      got: `${microBatch}`,
      exitCode: ExitCode.study,
    });
  }
  const oneWindow = stepBytes(model, 1);
  const state = 2 * oneWindow - stepBytes(model, 2);
  return chooseMicroBatch(model, batch, Math.max(oneWindow, state + activationBytes));
}
