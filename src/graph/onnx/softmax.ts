/** ONNX for softmax over the last axis and its logarithmic denominator. */
import type { Emitter } from './emitter.js';

export const emitSoftmax = (emitter: Emitter, x: string): string =>
  emitter.call({ type: 'Softmax', inputs: [x], attributes: { axis: { int: -1 } } });

const emitRowMax = (emitter: Emitter, x: string): string =>
  emitter.call({
    type: 'ReduceMax',
    inputs: [x, emitter.integers([-1])],
    attributes: { keepdims: { int: 0 } },
  });

/**
 * The largest probability of a row is exp(max − logSumExp), and never underflows: logSumExp = max − log(largest). So
 * the softmax, which the gradient needs anyway, is the only pass of exponentials.
 */
export function emitLogSumExp(emitter: Emitter, x: string): string {
  const largest = emitRowMax(emitter, emitSoftmax(emitter, x));
  return emitter.call({
    type: 'Sub',
    inputs: [emitRowMax(emitter, x), emitter.call({ type: 'Log', inputs: [largest] })],
  });
}
