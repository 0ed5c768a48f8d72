/** ONNX for ops that read or write by index. */
import onnxProto from 'onnx-proto';
import { crossEntropy, multiply } from '../build.js';
import { sizeOf } from '../shapes/index.js';
import { emitIf } from './branch.js';
import type { Emitter, OnnxAttribute } from './emitter.js';
import type { Lowerings } from './rule.js';
import { emitLogSumExp, emitSoftmax } from './softmax.js';

const last: OnnxAttribute = { int: -1 };

const emitReshape = (emitter: Emitter, x: string, shape: readonly number[]): string =>
  emitter.call({ type: 'Reshape', inputs: [x, emitter.integers(shape)] });

/** Some kernels take int64 indices only. */
const emitWide = (emitter: Emitter, indices: string): string =>
  emitter.call({
    type: 'Cast',
    inputs: [indices],
    attributes: { to: { int: onnxProto.onnx.TensorProto.DataType.INT64 } },
  });

function emitPick(
  emitter: Emitter,
  from: readonly number[],
  x: string,
  indices: string,
  shape: readonly number[],
): string {
  const count = sizeOf(shape);
  const picked = emitter.call({
    type: 'GatherElements',
    inputs: [emitReshape(emitter, x, [count, from.at(-1)!]), emitReshape(emitter, indices, [count, 1])],
    attributes: { axis: { int: 1 } },
  });
  return emitReshape(emitter, picked, shape);
}

/** Probabilities below this are too coarse for a logarithm. */
const leastProbability = 1e-30;

/**
 * −log of the target's probability, from the softmax that the gradient needs anyway. Should one have underflowed, all
 * are computed as log Σ exp(z) − z[t] instead, which takes two more passes over the logits.
 */
function emitCrossEntropy(
  emitter: Emitter,
  from: readonly number[],
  logits: string,
  targets: string,
  shape: readonly number[],
): string {
  const picked = emitPick(emitter, from, emitSoftmax(emitter, logits), targets, shape);
  const axes = [...shape.keys()];
  const least = emitter.call({
    type: 'ReduceMin',
    inputs: [picked, emitter.integers(axes)],
    attributes: { keepdims: { int: 0 } },
  });
  const condition = emitter.call({ type: 'Greater', inputs: [least, emitter.scalar(leastProbability)] });
  const usual = emitter.inner('usual');
  const exact = emitter.inner('exact');
  return emitIf(emitter, condition, shape, {
    whenTrue: [usual, usual.call({ type: 'Neg', inputs: [usual.call({ type: 'Log', inputs: [picked] })] })],
    whenFalse: [
      exact,
      exact.call({
        type: 'Sub',
        inputs: [emitLogSumExp(exact, logits), emitPick(exact, from, logits, targets, shape)],
      }),
    ],
  });
}

export const indexLowerings: Lowerings<
  'embedding' | 'scatterAdd' | 'pick' | 'oneHot' | 'put' | 'crossEntropy' | 'tokenCrossEntropy'
> = {
  embedding: {
    emit: (emitter, _, inputs) => emitter.call({ type: 'Gather', inputs, attributes: { axis: { int: 0 } } }),
  },

  // ScatterND would take whole rows, but it adds them on several threads at once and loses updates when an index
  // repeats; ScatterElements adds one by one, in order.
  scatterAdd: {
    emit(emitter, { inputs: [{ shape }, indices] }, [base, indexName, updates]) {
      const count = sizeOf(indices.shape);
      const flat = [count, shape[1]!];
      const perRow = emitReshape(emitter, indexName!, [count, 1]);
      const perEntry = emitter.call({ type: 'Expand', inputs: [perRow, emitter.integers(flat)] });
      return emitter.call({
        type: 'ScatterElements',
        inputs: [base!, perEntry, emitReshape(emitter, updates!, flat)],
        attributes: { axis: { int: 0 }, reduction: { string: 'add' } },
      });
    },
  },

  pick: {
    emit: (emitter, { inputs: [x], shape }, [name, indices]) =>
      emitPick(emitter, x.shape, name!, indices!, shape),
  },

  oneHot: {
    emit(emitter, { inputs: [values], attributes: { size } }, [name, indices]) {
      const offOn = emitter.floats('off on', [2], () => Float32Array.of(0, 1));
      const ones = emitter.call({
        type: 'OneHot',
        inputs: [emitWide(emitter, indices!), emitter.integers([size]), offOn],
        attributes: { axis: last },
      });
      return emitter.call({
        type: 'Mul',
        inputs: [emitReshape(emitter, name!, [...values.shape, 1]), ones],
      });
    },
  },

  // In place, when nobody reads x afterwards.
  put: {
    emit(emitter, { inputs: [x, { shape }] }, [name, indices, values]) {
      const count = sizeOf(shape);
      const flat = emitter.call({
        type: 'ScatterElements',
        inputs: [
          emitReshape(emitter, name!, [count, x.shape.at(-1)!]),
          emitReshape(emitter, indices!, [count, 1]),
          emitReshape(emitter, values!, [count, 1]),
        ],
        attributes: { axis: { int: 1 } },
      });
      return emitReshape(emitter, flat, x.shape);
    },
  },

  crossEntropy: {
    emit: (emitter, { inputs: [x], shape }, [logits, targets]) =>
      emitCrossEntropy(emitter, x.shape, logits!, targets!, shape),
  },

  tokenCrossEntropy: {
    expand: ({ inputs: [logits, targets, weights] }) => multiply(weights, crossEntropy(logits, targets)),
  },
};
