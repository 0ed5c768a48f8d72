/** Gradients of matrix products, linear layers and attention. */
import { matmul, multiply, reduceSum, reshape, rotary, rowSum, rows, subtract, sumTo } from '../build.js';
import {
  addUpSeen,
  attentionBlocks,
  groupHeads,
  joined,
  mergeGroups,
  part,
} from '../composites/attention.js';
import type { Tensor } from '../ops.js';
import type { GradientRules } from './rule.js';

/**
 * y = s·op(a)·op(b), where op transposes or not:
 *   a plain:      da = s·g·op(b)ᵀ      a transposed: da = s·op(b)·gᵀ
 *   b plain:      db = s·op(a)ᵀ·g      b transposed: db = s·gᵀ·op(a)
 */
function matmulGradients(
  a: Tensor,
  b: Tensor,
  g: Tensor,
  { transposeA, transposeB, scale }: { transposeA: boolean; transposeB: boolean; scale: number },
): [Tensor, Tensor] {
  const da = transposeA
    ? matmul(b, g, { transposeA: transposeB, transposeB: true, scale })
    : matmul(g, b, { transposeB: !transposeB, scale });
  const db = transposeB
    ? matmul(g, a, { transposeA: true, transposeB: transposeA, scale })
    : matmul(a, g, { transposeA: !transposeA, scale });
  // A side without leading axes took part in every product of the batch.
  return [sumTo(da, a.shape), sumTo(db, b.shape)];
}

export const contractionGradients: GradientRules<
  'matmul' | 'addMatmul' | 'linear' | 'causalAttention' | 'rotary'
> = {
  matmul: ({ inputs: [a, b], attributes }, g) => matmulGradients(a, b, g, attributes),

  addMatmul({ inputs: [c, a, b], attributes }, g) {
    const [da, db] = matmulGradients(a, b, g, { ...attributes, scale: 1 });
    return [sumTo(g, c.shape), da, db];
  },

  // With the leading axes flattened into rows, y = x·op(w) + bias is a matrix product.
  linear({ inputs, attributes: { transposeWeight } }, g) {
    const [x, weight] = inputs;
    const flat = rows(g);
    const [dx, dWeight] = matmulGradients(rows(x), weight, flat, {
      transposeA: false,
      transposeB: transposeWeight,
      scale: 1,
    });
    const dInput = reshape(dx, x.shape);
    return inputs.length === 2 ? [dInput, dWeight] : [dInput, dWeight, reduceSum(flat, [0])];
  },

  // o = P·v, P = softmax(S), S = s·q·kᵀ. With g = ∂loss/∂o: dv = Pᵀ·g, dP = g·vᵀ, and the softmax rule
  // dS = P∘(dP − rowsum(P∘dP)), whose row term is rowsum(P∘(g·vᵀ)) = rowsum(g∘(P·v)) = rowsum(g∘o): it is read
  // off the [t, size] arrays instead of the [t, t] ones. Then dq = s·dS·k and dk = s·dSᵀ·q.
  // Query heads that share a key head lie below each other as rows, so the products that give dk and dv add them up.
  causalAttention({ inputs, attributes }, g) {
    const { heads, keyValueHeads, scale } = attributes;
    const blocks = attentionBlocks(inputs, attributes);
    const parts = blocks.map(({ start, end, query, key, value, probabilities, context }) => {
      const dContext = groupHeads(part(g, 1, start, end), heads, keyValueHeads);
      const dProbabilities = matmul(dContext, value, { transposeB: true });
      const rowTerm = rowSum(multiply(dContext, context));
      const dScores = multiply(probabilities, subtract(dProbabilities, rowTerm));
      return {
        query: mergeGroups(matmul(dScores, key, { scale }), heads),
        key: matmul(dScores, query, { transposeA: true, scale }),
        value: matmul(probabilities, dContext, { transposeA: true }),
      };
    });
    const seen = (side: 'key' | 'value'): Tensor =>
      mergeGroups(
        addUpSeen(
          blocks,
          parts.map((block) => block[side]),
        ),
        keyValueHeads,
      );
    return [
      joined(
        parts.map(({ query }) => query),
        1,
      ),
      seen('key'),
      seen('value'),
    ];
  },

  // A rotation's transpose is the rotation back.
  rotary: ({ attributes }, g) => [rotary(g, { ...attributes, reverse: !attributes.reverse })],
};
