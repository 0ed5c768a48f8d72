/** Windows per pass of a run: chosen once, because it decides bits. */
import { AssayError, ExitCode } from '../errors.js';
import { chooseMicroBatch, type Model, stepBytes } from '../model/index.js';
import type { ProxySpec, RunSpec } from '../records.js';

/**
 * Memory for the activations of a pass. A constant, so that the choice does not depend on the machine.
 *
 * More is not faster: a step of 4 layers of width 256 with 16 windows of 256 tokens takes 967, 957 and 946 ms of one
 * thread in passes of 2, 4 and 8 windows, and 1,200 in one pass of 16.
 */
const activationBytes = 2 ** 30;

/** On a GPU, which a few windows leave idle. The engine takes fewer windows a pass where they do not fit. */
const gpuActivationBytes = 2 ** 33;

/**
 * What the study asks for, or the largest divisor of the batch whose activations fit into 1 GiB, on a GPU into 8
 * (one window, if that is more already).
 * @param engine of the run; default: the embedded one
 */
export function resolveMicroBatch(
  model: Model,
  proxy: Pick<ProxySpec, 'batch' | 'microBatch'>,
  engine?: RunSpec['engine'],
): number {
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
  const onGpu = engine?.name === 'torch' && engine.device === 'cuda';
  const bytes = onGpu ? gpuActivationBytes : activationBytes;
  return chooseMicroBatch(model, batch, Math.max(oneWindow, state + bytes));
}
