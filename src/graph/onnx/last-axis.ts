/** ONNX for softmax, its relatives and normalisation. */
import { add, multiply, rmsStandardise, standardise } from '../build.js';
import type { Emitter, OnnxAttribute } from './emitter.js';
import type { Lowerings } from './rule.js';

const last: OnnxAttribute = { int: -1 };

const emitSoftmax = (emitter: Emitter, x: string): string =>
  emitter.call({ type: 'Softmax', inputs: [x], attributes: { axis: last } });

const emitRowMax = (emitter: Emitter, x: string): string =>
  emitter.call({
    type: 'ReduceMax',
    inputs: [x, emitter.integers([-1])],
    attributes: { keepdims: { int: 0 } },
  });

interface Normalization {
  /**
   * LayerNormalization with gain 1: output 0 is standardise(x), output 2 the inverse deviation. ONNX Runtime's
   * SimplifiedLayerNormalization with gain 1: output 0 is rmsStandardise(x), output 1 the inverse root mean square.
   */
  type: 'LayerNormalization' | 'SimplifiedLayerNormalization';
  width: number;
  epsilon: number;
  output: 0 | 1 | 2;
}

function emitNormalization(
  emitter: Emitter,
  x: string,
  { type, width, epsilon, output }: Normalization,
): string {
  const gain = emitter.floats(`ones ${width}`, [width], () => new Float32Array(width).fill(1));
  return emitter.call(
    {
      type,
      inputs: [x, gain],
      attributes: { axis: last, epsilon: { float: epsilon } },
    },
    output,
  );
}

/** 0 where a row may look, −∞ where it may not. */
function causalMask(t: number, window: number): Float32Array {
  const mask = new Float32Array(t * t);
  for (let row = 0; row < t; row++) {
    mask.fill(Number.NEGATIVE_INFINITY, row * t, row * t + Math.max(0, row - window + 1));
    mask.fill(Number.NEGATIVE_INFINITY, row * t + row + 1, (row + 1) * t);
  }
  return mask;
}

export const lastAxisLowerings: Lowerings<
  | 'softmax'
  | 'causalSoftmax'
  | 'logSumExp'
  | 'standardise'
  | 'inverseDeviation'
  | 'layerNorm'
  | 'rmsStandardise'
  | 'inverseRms'
  | 'rmsNorm'
> = {
  softmax: { emit: (emitter, _, [x]) => emitSoftmax(emitter, x!) },

  causalSoftmax: {
    emit(emitter, { shape, attributes }, [x]) {
      const t = shape.at(-1)!;
      const window = Math.min(attributes.window, t);
      const mask = emitter.floats(`causal ${t} ${window}`, [t, t], () => causalMask(t, window));
      return emitSoftmax(emitter, emitter.call({ type: 'Add', inputs: [x!, mask] }));
    },
  },

  // The largest probability of a row is exp(max − logSumExp), and never underflows: logSumExp = max − log(largest).
  // So the softmax, which the gradient needs anyway, is the only pass of exponentials.
  logSumExp: {
    emit(emitter, _, [x]) {
      const largest = emitRowMax(emitter, emitSoftmax(emitter, x!));
      const inputs = [emitRowMax(emitter, x!), emitter.call({ type: 'Log', inputs: [largest] })];
      return emitter.call({ type: 'Sub', inputs });
    },
  },

  standardise: {
    emit: (emitter, { shape, attributes: { epsilon } }, [x]) =>
      emitNormalization(emitter, x!, {
        type: 'LayerNormalization',
        width: shape.at(-1)!,
        epsilon,
        output: 0,
      }),
  },

  inverseDeviation: {
    emit: (emitter, { inputs: [{ shape }], attributes: { epsilon } }, [x]) =>
      emitNormalization(emitter, x!, {
        type: 'LayerNormalization',
        width: shape.at(-1)!,
        epsilon,
        output: 2,
      }),
  },

  layerNorm: {
    expand: ({ inputs: [x, gain, bias], attributes: { epsilon } }) =>
      add(multiply(standardise(x, epsilon), gain), bias),
  },

  rmsStandardise: {
    emit: (emitter, { shape, attributes: { epsilon } }, [x]) =>
      emitNormalization(emitter, x!, {
        type: 'SimplifiedLayerNormalization',
        width: shape.at(-1)!,
        epsilon,
        output: 0,
      }),
  },

  inverseRms: {
    emit: (emitter, { inputs: [{ shape }], attributes: { epsilon } }, [x]) =>
      emitNormalization(emitter, x!, {
        type: 'SimplifiedLayerNormalization',
        width: shape.at(-1)!,
        epsilon,
        output: 1,
      }),
  },

  rmsNorm: {
    expand: ({ inputs: [x, gain], attributes: { epsilon } }) => multiply(rmsStandardise(x, epsilon), gain),
  },
};
