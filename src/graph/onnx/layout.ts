/** ONNX for ops that move or sum numbers. */
import type { Lowerings } from './rule.js';

export const layoutLowerings: Lowerings<
  'reshape' | 'transpose' | 'slice' | 'pad' | 'concatenate' | 'broadcast' | 'reduceSum' | 'after'
> = {
  reshape: {
    emit: (emitter, { attributes: { shape } }, [x]) =>
      emitter.call({ type: 'Reshape', inputs: [x!, emitter.integers(shape)] }),
  },
  transpose: {
    emit: (emitter, { attributes: { permutation } }, inputs) =>
      emitter.call({ type: 'Transpose', inputs, attributes: { perm: { ints: permutation } } }),
  },
  slice: {
    emit(emitter, { attributes: { axis, start, end } }, [x]) {
      const bounds = [[start], [end], [axis]].map((values) => emitter.integers(values));
      return emitter.call({ type: 'Slice', inputs: [x!, ...bounds] });
    },
  },
  pad: {
    emit(emitter, { inputs: [x], attributes: { axis, before, after } }, [name]) {
      const along = (length: number): number[] => x.shape.map((_, i) => (i === axis ? length : 0));
      return emitter.call({
        type: 'Pad',
        inputs: [name!, emitter.integers([...along(before), ...along(after)])],
      });
    },
  },
  concatenate: {
    emit: (emitter, { attributes: { axis } }, inputs) =>
      emitter.call({ type: 'Concat', inputs, attributes: { axis: { int: axis } } }),
  },
  broadcast: {
    emit: (emitter, { attributes: { shape } }, [x]) =>
      emitter.call({ type: 'Expand', inputs: [x!, emitter.integers(shape)] }),
  },
  // Over the rows of a matrix, a product with ones is several times as fast as ReduceSum.
  reduceSum: {
    emit(emitter, { inputs: [{ shape: from }], shape, attributes: { axes, keepDimensions } }, [x]) {
      const [rows] = from;
      if (from.length === 2 && axes.length === 1 && axes[0] === 0 && rows! > 1) {
        const ones = emitter.floats(`ones 1 ${rows}`, [1, rows!], () => new Float32Array(rows!).fill(1));
        const sums = emitter.call({ type: 'Gemm', inputs: [ones, x!] });
        return emitter.call({ type: 'Reshape', inputs: [sums, emitter.integers(shape)] });
      }
      return emitter.call({
        type: 'ReduceSum',
        inputs: [x!, emitter.integers(axes)],
        attributes: { keepdims: { int: keepDimensions ? 1 : 0 } },
      });
    },
  },

  // ONNX knows no order but that of data: 0 times one entry is added. (A NaN there is in every later sum anyway.)
  after: {
    emit(emitter, _, [x, earlier]) {
      const corner = emitter.call({
        type: 'Slice',
        inputs: [
          earlier!,
          ...[
            [0, 0],
            [1, 1],
          ].map((bounds) => emitter.integers(bounds)),
        ],
      });
      const zero = emitter.call({ type: 'Mul', inputs: [emitter.scalar(0), corner] });
      return emitter.call({ type: 'Add', inputs: [x!, zero] });
    },
  },
};
