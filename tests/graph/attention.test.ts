/** Attention by blocks of rows, against attention in one piece. */
import { expect, test } from 'vitest';
import { build, gradients, type Tensor } from '../../src/graph/index.js';
import { Random } from '../../src/random.js';
import { evaluate, relativeError } from './finite-differences.js';

const { causalSoftmax, input, matmul, multiply, reshape, sum, transpose } = build;

/** Every head on its own, all columns at once. */
function inOnePiece(q: Tensor, k: Tensor, v: Tensor, heads: number, groups: number, window: number): Tensor {
  const [batch, t, width] = q.shape as [number, number, number];
  const size = width / heads;
  const perHead = (x: Tensor, own: number): Tensor =>
    transpose(reshape(x, [batch, t, own, size]), [0, 2, 1, 3]);
  const repeat = (x: Tensor): Tensor => {
    const each = reshape(perHead(x, groups), [batch, groups, 1, t, size]);
    return reshape(build.broadcast(each, [batch, groups, heads / groups, t, size]), [batch, heads, t, size]);
  };
  const scores = matmul(perHead(q, heads), repeat(k), { transposeB: true, scale: 1 / Math.sqrt(size) });
  const context = matmul(causalSoftmax(scores, window), repeat(v));
  return reshape(transpose(context, [0, 2, 1, 3]), [batch, t, width]);
}

test.each([
  ['three blocks, the last one short', 300, 4, 4, 300],
  ['grouped-query heads', 257, 4, 2, 257],
  ['a window shorter than a block', 300, 2, 2, 20],
  ['a window over two blocks', 520, 2, 1, 200],
  ['a window of one', 256, 2, 2, 1],
])('%s', async (_, t, heads, groups, window) => {
  const random = Random.fromSeed(t);
  const shapes = { q: [2, t, heads * 8], k: [2, t, groups * 8], v: [2, t, groups * 8], c: [2, t, heads * 8] };
  const feeds = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [
      name,
      Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.uniform() * 2 - 1),
    ]),
  );
  const [q, k, v, c] = Object.entries(shapes).map(([name, shape]) => input(name, shape)) as [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ];
  const results = [];
  for (const y of [
    build.causalAttention(q, k, v, heads, { keyValueHeads: groups, window }),
    inOnePiece(q, k, v, heads, groups, window),
  ]) {
    const [dq, dk, dv] = gradients(sum(multiply(c, y)), [q, k, v]) as [Tensor, Tensor, Tensor];
    results.push(await evaluate({ y, dq, dk, dv }, feeds));
  }
  const [blocks, whole] = results as [(typeof results)[0], (typeof results)[0]];
  for (const name of ['y', 'dq', 'dk', 'dv'] as const) {
    expect(relativeError([...blocks[name]!], [...whole[name]!]), name).toBeLessThan(1e-5);
  }
});
