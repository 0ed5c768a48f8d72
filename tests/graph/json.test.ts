import { describe, expect, test } from 'vitest';
import { build, graphFromJson, graphOf, graphToJson, printGraph } from '../../src/graph/index.js';
import { buildModel } from '../../src/model/index.js';
import { cases, modelOf, readFixture } from '../model/parity-fixtures.js';

const model = buildModel(
  { family: 'gpt2', layers: 2, width: 8, heads: 2, mlpWidth: 32 },
  { vocabularySize: 11, context: 5 },
);

describe('a graph as JSON', () => {
  test.each(cases)('of %s comes back as the same graph', (name) => {
    const graph = modelOf(readFixture(`parity-${name}`)).forward(3);
    const text = JSON.stringify(graphToJson(graph));
    expect(printGraph(graphFromJson(JSON.parse(text)))).toBe(printGraph(graph));
  });

  test('keeps a tied weight one parameter', () => {
    const names = graphToJson(model.forward(1))
      .nodes.filter(({ op }) => op === 'parameter')
      .map(({ attributes }) => (attributes as { name: string }).name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toHaveLength(model.parameters.length);
  });
});

describe('a damaged graph is one clear error', () => {
  const x = build.input('x', [2, 3]);
  const json = graphToJson(graphOf({ y: build.transpose(build.relu(x), [1, 0]) }));
  const damaged = (change: (copy: typeof json) => void): unknown => {
    const copy = structuredClone(json);
    change(copy);
    return copy;
  };
  const cases: [string, (copy: typeof json) => void, RegExp][] = [
    ['an unknown op', (g) => (g.nodes[1]!.op = 'gleu'), /node 1: unknown op, expected .*gelu.*, got gleu/],
    ['an op name that every object has', (g) => (g.nodes[1]!.op = 'toString'), /node 1: unknown op/],
    ['a later input', (g) => (g.nodes[1]!.inputs = [2]), /node 1: no such node before it, got 2/],
    [
      'too many inputs',
      (g) => (g.nodes[1]!.inputs = [0, 0]),
      /wrong number of inputs of relu, expected 1, got 2/,
    ],
    [
      'a bad attribute',
      (g) => (g.nodes[2]!.attributes = { permutation: 'x' }),
      /node 2 \(transpose\): bad permutation/,
    ],
    [
      'inputs that do not fit',
      (g) => (g.nodes[2]!.attributes = { permutation: [0] }),
      /node 2 \(transpose\): inputs do not fit/,
    ],
    [
      'a wrong shape',
      (g) => (g.nodes[1]!.shape = [3, 2]),
      /node 1: wrong type of relu, expected float32\[2, 3\], got float32\[3, 2\]/,
    ],
    ['a missing output', (g) => (g.outputs.y = 9), /output y: no such node/],
    [
      'another version',
      (g) => ((g as { formatVersion: number }).formatVersion = 2),
      /graph.json: bad formatVersion/,
    ],
    ['two leaves of one name', (g) => (g.nodes[1] = g.nodes[0]!), /a second leaf named "x"/],
  ];
  test.each(cases)('%s', (_, change, message) => {
    expect(() => graphFromJson(damaged(change))).toThrow(message);
  });
});

describe('shape rules say what they expected', () => {
  const a = build.input('a', [2, 3]);
  const ids = build.input('ids', [2], 'int32');
  const x = build.input('x', [1, 3, 8]);
  const cases: [string, () => unknown, string][] = [
    ['add', () => build.add(a, build.input('b', [4])), 'expected shapes that broadcast, got [2, 3] and [4]'],
    ['add', () => build.add(a, ids), 'expected float32 inputs, got int32[2]'],
    ['matmul', () => build.matmul(a, a), 'expected […, m, k] · […, k, n]'],
    ['matmul', () => build.matmul(a, build.input('v', [3])), 'expected matrices'],
    [
      'addMatmul',
      () => build.addMatmul(build.input('c', [2]), a, build.input('b', [3, 4])),
      'expected [m, n] or [n]',
    ],
    ['addMatmul', () => build.addMatmul(a, a, build.input('v', [3])), 'expected two matrices'],
    ['linear', () => build.linear(a, build.input('w', [2, 3])), 'expected x […, 2]'],
    ['linear', () => build.linear(a, build.input('w', [3])), 'expected x […, in]'],
    ['causalAttention', () => build.causalAttention(a, a, a, 1), 'expected three [batch, t, width]'],
    [
      'causalAttention',
      () => build.causalAttention(x, x, x, 4, { keyValueHeads: 2 }),
      'expected key and value [1, 3, 4], got float32[1, 3, 8], float32[1, 3, 8]',
    ],
    ['causalAttention', () => build.causalAttention(x, x, x, 4, { keyValueHeads: 3 }), 'got 4 heads (3) of'],
    ['causalAttention', () => build.causalAttention(x, x, x, 4, { window: 0 }), 'a window of at least 1'],
    [
      'rotary',
      () => build.rotary(x, { heads: 2, dimensions: 3, base: 10 }),
      'an even number of dimensions ≤ size, got float32[1, 3, 8], 2 heads, 3 dimensions',
    ],
    ['rotary', () => build.rotary(x, { heads: 4, dimensions: 4, base: 10 }), 'an even number of dimensions'],
    ['rotary', () => build.rotary(a, { heads: 1, dimensions: 2, base: 10 }), '[batch, t, heads · size]'],
    ['rmsNorm', () => build.rmsNorm(a, a, 1e-5), 'expected gain [3], got float32[2, 3]'],
    ['causalSoftmax', () => build.causalSoftmax(build.input('s', [2, 2]), 0), 'a window of at least 1'],
    ['reshape', () => build.reshape(a, [5]), 'expected 6 entries as in float32[2, 3], got [5]'],
    ['slice', () => build.slice(a, 1, 2, 4), 'expected 0 ≤ start < end ≤ 3, got 2 … 4'],
    ['slice', () => build.slice(a, 2, 0, 1), 'expected an axis in 0 … 1, got 2'],
    ['pad', () => build.pad(a, 0, -1, 0), 'expected lengths ≥ 0'],
    ['concatenate', () => build.concatenate([a, build.input('b', [3, 4])], 1), 'any length of axis 1'],
    ['concatenate', () => build.concatenate([], 0), 'expected at least one input'],
    ['broadcast', () => build.broadcast(a, [3]), 'expected a shape that float32[2, 3] broadcasts to'],
    ['causalSoftmax', () => build.causalSoftmax(build.input('s', [3, 2])), 'no more rows than columns'],
    ['put', () => build.put(a, ids, a), 'expected indices and values of one shape'],
    ['crossEntropy', () => build.crossEntropy(a, build.input('t', [3], 'int32')), 'x […, n] and indices […]'],
    ['after', () => build.after(a, build.input('b', [3])), 'expected two matrices'],
    ['layerNorm', () => build.layerNorm(a, a, a, 1e-5), 'expected gain and bias [3]'],
    ['embedding', () => build.embedding(a, a), 'expected int32 indices, got float32[2, 3]'],
    ['embedding', () => build.embedding(build.input('t', [3]), ids), 'expected a table'],
    ['scatterAdd', () => build.scatterAdd(a, ids, build.input('u', [3, 3])), 'expected base [rows, width]'],
    ['pick', () => build.pick(a, build.input('i', [3], 'int32')), 'expected x […, n] and indices […]'],
    ['oneHot', () => build.oneHot(a, ids, 3), 'expected values and indices of one shape'],
    ['tokenCrossEntropy', () => build.tokenCrossEntropy(a, ids, a), 'expected logits […, n]'],
    ['softmax', () => build.softmax(build.constant(1)), 'expected at least 1 axes'],
  ];
  test.each(cases)('%s', (op, make, message) => {
    expect(make).toThrow(`graph op "${op}": inputs do not fit, expected`);
    expect(make).toThrow(message);
  });

  test('a leaf has positive whole lengths', () => {
    expect(() => build.parameter('w', [2, 0])).toThrow(
      'graph leaf "w": bad shape, expected positive whole lengths, got [2, 0]',
    );
  });
});
