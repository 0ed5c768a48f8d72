/** ONNX for ops that move or sum numbers. */
import type { Lowerings } from './rule.js';

export const layoutLowerings: Lowerings<
  'reshape' | 'transpose' | 'slice' | 'pad' | 'concatenate' | 'broadcast' | 'reduceSum'
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
  reduceSum: {
    emit: (emitter, { attributes: { axes, keepDimensions } }, [x]) =>
      emitter.call({
        type: 'ReduceSum',
        inputs: [x!, emitter.integers(axes)],
        attributes: { keepdims: { int: keepDimensions ? 1 : 0 } },
      }),
  },
};
