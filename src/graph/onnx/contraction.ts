/** ONNX for matrix products. `Gemm` and ONNX Runtime's `FusedMatMul` transpose while they multiply. */
import { add, matmul, reshape, rows } from '../build.js';
import { attentionBlocks, joined, mergeGroups } from '../composites/attention.js';
import type { OnnxAttribute } from './emitter.js';
import { emitRotary } from './rotary.js';
import type { Lowerings } from './rule.js';

const flag = (on: boolean): OnnxAttribute => ({ int: on ? 1 : 0 });

export const contractionLowerings: Lowerings<
  'matmul' | 'addMatmul' | 'linear' | 'causalAttention' | 'rotary'
> = {
  matmul: {
    emit(emitter, { inputs: [a, b], attributes: { transposeA, transposeB, scale } }, inputs) {
      const transA = flag(transposeA);
      const transB = flag(transposeB);
      const alpha: OnnxAttribute = { float: scale };
      if (a.shape.length === 2 && b.shape.length === 2) {
        return emitter.call({ type: 'Gemm', inputs, attributes: { transA, transB, alpha } });
      }
      return emitter.call({
        type: 'FusedMatMul',
        domain: 'com.microsoft',
        inputs,
        attributes: { transA, transB, alpha },
      });
    },
  },

  addMatmul: {
    emit(emitter, { attributes: { transposeA, transposeB } }, [c, a, b]) {
      return emitter.call({
        type: 'Gemm',
        inputs: [a!, b!, c!],
        attributes: { transA: flag(transposeA), transB: flag(transposeB) },
      });
    },
  },

  linear: {
    expand(y) {
      const [x, weight, bias] = y.inputs;
      const transposeB = y.attributes.transposeWeight;
      const flat = rows(x);
      const product =
        bias === undefined
          ? matmul(flat, weight, { transposeB })
          : add(matmul(flat, weight, { transposeB }), bias);
      return reshape(product, y.shape);
    },
  },

  causalAttention: {
    expand: ({ inputs, attributes }) =>
      joined(
        attentionBlocks(inputs, attributes).map(({ context }) => mergeGroups(context, attributes.heads)),
        1,
      ),
  },

  rotary: { emit: (emitter, node, [x]) => emitRotary(emitter, node, x!) },
};
