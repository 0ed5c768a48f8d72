/** ONNX for softmax, its relatives and normalisation. */
import { add, multiply, rmsStandardise, standardise } from '../build.js';
import type { Emitter, OnnxAttribute } from './emitter.js';
import type { Lowerings } from './rule.js';
import { emitLogSumExp, emitSoftmax } from './softmax.js';

const last: OnnxAttribute = { int: -1 };

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
function causalMask(rows: number, columns: number, window: number): Float32Array {
  const mask = new Float32Array(rows * columns).fill(Number.NEGATIVE_INFINITY);
  for (let row = 0; row < rows; row++) {
    const position = columns - rows + row;
    const start = row * columns;
    mask.fill(0, start + Math.max(0, position - window + 1), start + position + 1);
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
      const [rows, columns] = shape.slice(-2) as [number, number];
      const window = Math.min(attributes.window, columns);
      const mask = emitter.floats(`causal ${rows} ${columns} ${window}`, [rows, columns], () =>
        causalMask(rows, columns, window),
      );
      return emitSoftmax(emitter, emitter.call({ type: 'Add', inputs: [x!, mask] }));
    },
  },

  logSumExp: { emit: (emitter, _, [x]) => emitLogSumExp(emitter, x!) },

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
