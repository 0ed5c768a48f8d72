/** Causal attention in simpler ops. */
import { causalSoftmax, matmul, reshape, transpose } from '../build.js';
import type { Tensor } from '../ops.js';

/** [batch, t, width] → [batch, heads, t, width / heads]. */
export function splitHeads(x: Tensor, heads: number): Tensor {
  const [batch, t, width] = x.shape as [number, number, number];
  return transpose(reshape(x, [batch, t, heads, width / heads]), [0, 2, 1, 3]);
}

/** [batch, heads, t, size] → [batch, t, heads · size]. */
export function mergeHeads(x: Tensor): Tensor {
  const [batch, heads, t, size] = x.shape as [number, number, number, number];
  return reshape(transpose(x, [0, 2, 1, 3]), [batch, t, heads * size]);
}

export interface AttentionParts {
  /** [batch, heads, t, size]. */
  query: Tensor;
  key: Tensor;
  value: Tensor;
  /** [batch, heads, t, t]; rows add up to 1. */
  probabilities: Tensor;
  /** [batch, heads, t, size]. */
  context: Tensor;
  /** 1/√size. */
  scale: number;
}

export function attentionParts(
  [query, key, value]: readonly [query: Tensor, key: Tensor, value: Tensor],
  heads: number,
): AttentionParts {
  const q = splitHeads(query, heads);
  const k = splitHeads(key, heads);
  const v = splitHeads(value, heads);
  const scale = 1 / Math.sqrt(query.shape[2]! / heads);
  const probabilities = causalSoftmax(matmul(q, k, { transposeB: true, scale }));
  return { query: q, key: k, value: v, probabilities, context: matmul(probabilities, v), scale };
}
