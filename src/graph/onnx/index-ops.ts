/** ONNX for ops that read or write by index. */
import onnxProto from 'onnx-proto';
import { logSumExp, multiply, pick, subtract } from '../build.js';
import { sizeOf } from '../shapes/index.js';
import type { Emitter, OnnxAttribute } from './emitter.js';
import type { Lowerings } from './rule.js';

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

export const indexLowerings: Lowerings<'embedding' | 'scatterAdd' | 'pick' | 'oneHot' | 'tokenCrossEntropy'> =
  {
    embedding: {
      emit: (emitter, _, inputs) =>
        emitter.call({ type: 'Gather', inputs, attributes: { axis: { int: 0 } } }),
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
      emit(emitter, { inputs: [x], shape }, [name, indices]) {
        const rows = sizeOf(shape);
        const flat = emitReshape(emitter, name!, [rows, x.shape.at(-1)!]);
        const picked = emitter.call({
          type: 'GatherElements',
          inputs: [flat, emitReshape(emitter, indices!, [rows, 1])],
          attributes: { axis: { int: 1 } },
        });
        return emitReshape(emitter, picked, shape);
      },
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

    tokenCrossEntropy: {
      expand: ({ inputs: [logits, targets, weights] }) =>
        multiply(weights, subtract(logSumExp(logits), pick(logits, targets))),
    },
  };
