/**
 * Causal attention in simpler ops.
 *
 * Query heads that read the same key head are stacked into one matrix of group · t rows, so that grouped-query
 * attention is a plain batched product, and nothing is repeated. Rows are taken in blocks, and a block meets only the
 * columns that one of its rows may see, so that most of the masked part is never computed.
 */
import { add, causalSoftmax, concatenate, matmul, reshape, slice, transpose } from '../build.js';
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

/** Positions start ≤ i < end, which see positions from ≤ j < end. */
interface Span {
  start: number;
  end: number;
  from: number;
}

export interface AttentionBlock extends Span {
  /** [batch, groups, heads / groups · rows, size], with a group for every key and value head. */
  query: Tensor;
  /** [batch, groups, columns, size]. */
  key: Tensor;
  value: Tensor;
  /** [batch, groups, heads / groups · rows, columns]; rows add up to 1. */
  probabilities: Tensor;
  /** [batch, groups, heads / groups · rows, size]. */
  context: Tensor;
}

/** Fewer rows than this make products so small that they lose more than the masked part costs. */
const leastRows = 128;
const mostBlocks = 4;

function spansOf(t: number, window: number): Span[] {
  const rows = Math.max(leastRows, Math.ceil(t / mostBlocks));
  return Array.from({ length: Math.ceil(t / rows) }, (_, block) => {
    const start = block * rows;
    const firstSeen = Math.max(0, start - window + 1);
    return { start, end: Math.min(t, start + rows), from: firstSeen - (firstSeen % rows) };
  });
}

export function attentionBlocks(
  [query, key, value]: readonly [query: Tensor, key: Tensor, value: Tensor],
  { heads, keyValueHeads: groups, scale, window }: Attributes<'causalAttention'>,
): AttentionBlock[] {
  const [batch, t] = query.shape as [number, number, number];
  const k = groupHeads(key, groups, groups);
  const v = groupHeads(value, groups, groups);
  return spansOf(t, window).map((span) => {
    const { start, end, from } = span;
    const q = groupHeads(part(query, 1, start, end), heads, groups);
    const seenKeys = part(k, 2, from, end);
    const seenValues = part(v, 2, from, end);
    const scores = matmul(q, seenKeys, { transposeB: true, scale });
    const perHead = reshape(scores, [batch, heads, end - start, end - from]);
    const probabilities = reshape(causalSoftmax(perHead, window), scores.shape);
    const context = matmul(probabilities, seenValues);
    return { ...span, query: q, key: seenKeys, value: seenValues, probabilities, context };
  });
}

/** The sum of what blocks [batch, groups, columns, size] give to the positions they see: [batch, groups, t, size]. */
export function addUpSeen(spans: readonly Span[], blocks: readonly Tensor[]): Tensor {
  const segments = spans.map(({ start, end }) =>
    blocks
      .flatMap((block, i) => {
        const { from, end: last } = spans[i]!;
        return from <= start && end <= last ? [part(block, 2, start - from, end - from)] : [];
      })
      .reduce(add),
  );
  return joined(segments, 2);
}

/** One array is returned as it is. */
export const joined = (parts: readonly Tensor[], axis: number): Tensor =>
  parts.length === 1 ? parts[0]! : concatenate(parts, axis);

/** The whole axis is returned as it is. */
export const part = (x: Tensor, axis: number, start: number, end: number): Tensor =>
  start === 0 && end === x.shape[axis] ? x : slice(x, axis, start, end);
