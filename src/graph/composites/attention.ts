/**
 * Causal attention in simpler ops.
 *
 * Query heads that read the same key head are stacked into one matrix of group · t rows, so that grouped-query
 * attention is a plain batched product, and nothing is repeated.
 */
import { causalSoftmax, matmul, reshape, transpose } from '../build.js';
import type { Attributes, Tensor } from '../ops.js';

/** [batch, t, heads · size] → [batch, groups, heads / groups · t, size]. */
export function groupHeads(x: Tensor, heads: number, groups: number): Tensor {
  const [batch, t, width] = x.shape as [number, number, number];
  const size = width / heads;
  const split = transpose(reshape(x, [batch, t, heads, size]), [0, 2, 1, 3]);
  return reshape(split, [batch, groups, (heads / groups) * t, size]);
}

/** [batch, groups, heads / groups · t, size] → [batch, t, heads · size]. */
export function mergeGroups(x: Tensor, heads: number): Tensor {
  const [batch, groups, rows, size] = x.shape as [number, number, number, number];
  const t = (groups * rows) / heads;
  const split = reshape(x, [batch, heads, t, size]);
  return reshape(transpose(split, [0, 2, 1, 3]), [batch, t, heads * size]);
}

export interface AttentionParts {
  /** [batch, groups, heads / groups · t, size], with a group for every key and value head. */
  query: Tensor;
  /** [batch, groups, t, size]. */
  key: Tensor;
  value: Tensor;
  /** [batch, groups, heads / groups · t, t]; rows add up to 1. */
  probabilities: Tensor;
  /** [batch, groups, heads / groups · t, size]. */
  context: Tensor;
}

export function attentionParts(
  [query, key, value]: readonly [query: Tensor, key: Tensor, value: Tensor],
  { heads, keyValueHeads: groups, scale, window }: Attributes<'causalAttention'>,
): AttentionParts {
  const q = groupHeads(query, heads, groups);
  const k = groupHeads(key, groups, groups);
  const v = groupHeads(value, groups, groups);
  const scores = matmul(q, k, { transposeB: true, scale });
  const [batch, t] = query.shape as [number, number, number];
  const square = reshape(scores, [batch, heads, t, t]);
  const probabilities = reshape(causalSoftmax(square, window), scores.shape);
  return { query: q, key: k, value: v, probabilities, context: matmul(probabilities, v) };
}
