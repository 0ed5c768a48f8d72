import { describe, expect, test } from 'vitest';
import {
  build,
  CompiledGraph,
  differentiate,
  eliminateCommonSubexpressions,
  eliminateDeadCode,
  expandComposites,
  gradients,
  graphOf,
  printGraph,
  simplify,
} from '../../src/graph/index.js';
import { schedule } from '../../src/graph/schedule.js';
import { evaluate } from './finite-differences.js';

const { add, input, linear, multiply, parameter, relu, sum, tokenCrossEntropy } = build;

/** relu(x·w + b), summed. */
function layer() {
  const y = relu(linear(input('x', [2, 3]), parameter('w', [3, 5]), parameter('b', [5])));
  return graphOf({ y, loss: sum(y) });
}

describe('printing', () => {
  test('shows one tensor a line, inputs before users', () => {
    expect(printGraph(layer())).toMatchInlineSnapshot(`
      "%0 float32[2, 3] = input {dtype: "float32", name: "x", shape: [2, 3]}
      %1 float32[3, 5] = parameter {name: "w", shape: [3, 5]}
      %2 float32[5] = parameter {name: "b", shape: [5]}
      %3 float32[2, 5] = linear %0 %1 %2 {transposeWeight: false}
      %4 float32[2, 5] = relu %3
      %5 float32[] = reduceSum %4 {axes: [0, 1], keepDimensions: false}
      return y: %4, loss: %5"
    `);
  });

  test('shows the gradient as ops of the same set', () => {
    const graph = differentiate(layer(), 'loss', ['w', 'b']);
    const gradient = eliminateDeadCode(graph, ['gradient:w', 'gradient:b']);
    expect(printGraph(eliminateCommonSubexpressions(gradient))).toMatchInlineSnapshot(`
      "%0 float32[2, 3] = input {dtype: "float32", name: "x", shape: [2, 3]}
      %1 float32[] = constant {value: 1}
      %2 float32[1, 1] = reshape %1 {shape: [1, 1]}
      %3 float32[2, 5] = broadcast %2 {shape: [2, 5]}
      %4 float32[3, 5] = parameter {name: "w", shape: [3, 5]}
      %5 float32[5] = parameter {name: "b", shape: [5]}
      %6 float32[2, 5] = linear %0 %4 %5 {transposeWeight: false}
      %7 float32[2, 5] = step %6
      %8 float32[2, 5] = multiply %3 %7
      %9 float32[3, 5] = matmul %0 %8 {scale: 1, transposeA: true, transposeB: false}
      %10 float32[5] = reduceSum %8 {axes: [0], keepDimensions: false}
      return gradient:w: %9, gradient:b: %10"
    `);
  });
});

describe('differentiation', () => {
  test('needs a scalar loss and parameters of the graph', () => {
    expect(() => differentiate(layer(), 'y', ['w'])).toThrow(
      'differentiate: not a loss, expected float32[], got float32[2, 5]',
    );
    expect(() => differentiate(layer(), 'loss', ['v'])).toThrow('no parameter "v" in the graph');
  });

  test('gives zeros for what the loss does not depend on', async () => {
    const [w, v] = [parameter('w', [2]), parameter('v', [3])];
    const [dw, dv] = gradients(sum(w), [w, v]);
    const results = await evaluate({ dw: dw!, dv: dv! }, { w: new Float32Array(2) });
    expect([...results.dw!, ...results.dv!]).toEqual([1, 1, 0, 0, 0]);
  });
});

describe('elimination', () => {
  test('drops what no kept output depends on', () => {
    expect(printGraph(eliminateDeadCode(layer(), ['y']))).not.toContain('reduceSum');
  });

  test('an output that does not exist is named in the error', () => {
    expect(() => eliminateDeadCode(layer(), ['z'])).toThrow('graph: no such output, expected y, loss, got z');
  });

  test('makes equal tensors one, and keeps different attributes apart', () => {
    const x = input('x', [3]);
    const twice = add(multiply(x, build.constant(2)), multiply(x, build.constant(2)));
    const graph = graphOf({ y: add(twice, multiply(x, build.constant(-0))), z: build.scale(x, Infinity) });
    expect(printGraph(eliminateCommonSubexpressions(graph))).toMatchInlineSnapshot(`
      "%0 float32[3] = input {dtype: "float32", name: "x", shape: [3]}
      %1 float32[] = constant {value: 2}
      %2 float32[3] = multiply %0 %1
      %3 float32[3] = add %2 %2
      %4 float32[] = constant {value: -0}
      %5 float32[3] = multiply %0 %4
      %6 float32[3] = add %3 %5
      %7 float32[] = constant {value: Infinity}
      %8 float32[3] = multiply %7 %0
      return y: %6, z: %8"
    `);
  });

  test('is what makes the forward pass and the gradient share work', () => {
    const x = parameter('x', [3, 4, 6]);
    const graph = differentiate(graphOf({ loss: sum(build.causalAttention(x, x, x, 2)) }), 'loss', ['x']);
    const shared = eliminateCommonSubexpressions(expandComposites(graph));
    expect(shared.nodes.filter(({ op }) => op === 'causalSoftmax')).toHaveLength(1);
  });
});

describe('the schedule', () => {
  test('has the table read the gradient of the logits before the hidden states go on', () => {
    const table = parameter('table', [9, 4]);
    const x = build.embedding(table, input('tokens', [6], 'int32'));
    const losses = tokenCrossEntropy(
      linear(x, table, undefined, true),
      input('targets', [6], 'int32'),
      input('weights', [6]),
    );
    const graph = differentiate(graphOf({ loss: sum(losses) }), 'loss', ['table']);
    const { nodes } = schedule(
      eliminateCommonSubexpressions(simplify(eliminateCommonSubexpressions(expandComposites(graph)))),
    );
    const waiting = nodes.filter(({ op }) => op === 'after');
    expect(waiting).toHaveLength(1);
    const [, earlier] = waiting[0]!.inputs;
    expect(earlier).toMatchObject({ op: 'matmul', shape: [9, 4] });
  });
});

describe('simplification', () => {
  test('leaves one array of the size of the logits between the softmax and the weight gradients', () => {
    const x = parameter('x', [6, 4]);
    const table = parameter('table', [9, 4]);
    const losses = tokenCrossEntropy(
      linear(x, table, undefined, true),
      input('targets', [6], 'int32'),
      input('weights', [6]),
    );
    const graph = differentiate(graphOf({ loss: sum(losses) }), 'loss', ['x', 'table']);
    const simple = simplify(eliminateCommonSubexpressions(expandComposites(graph)));
    expect(printGraph(eliminateCommonSubexpressions(simple))).toMatchInlineSnapshot(`
      "%0 float32[6] = input {dtype: "float32", name: "weights", shape: [6]}
      %1 float32[6, 4] = parameter {name: "x", shape: [6, 4]}
      %2 float32[9, 4] = parameter {name: "table", shape: [9, 4]}
      %3 float32[6, 9] = matmul %1 %2 {scale: 1, transposeA: false, transposeB: true}
      %4 int32[6] = input {dtype: "int32", name: "targets", shape: [6]}
      %5 float32[6] = crossEntropy %3 %4
      %6 float32[6] = multiply %0 %5
      %7 float32[] = reduceSum %6 {axes: [0], keepDimensions: false}
      %8 float32[] = constant {value: 1}
      %9 float32[1] = reshape %8 {shape: [1]}
      %10 float32[6] = broadcast %9 {shape: [6]}
      %11 float32[6] = multiply %10 %0
      %12 float32[6, 1] = reshape %11 {shape: [6, 1]}
      %13 float32[6, 9] = softmax %3
      %14 float32[6] = negate %5
      %15 float32[6] = exp %14
      %16 float32[6] = subtract %15 %8
      %17 float32[6, 9] = put %13 %4 %16
      %18 float32[6, 4] = matmul %17 %2 {scale: 1, transposeA: false, transposeB: false}
      %19 float32[6, 4] = multiply %12 %18
      %20 float32[6, 4] = multiply %12 %1
      %21 float32[9, 4] = matmul %17 %20 {scale: 1, transposeA: true, transposeB: false}
      return loss: %7, gradient:x: %19, gradient:table: %21"
    `);
  });

  test('turns a sum of parts into their concatenation, in the order of the axis', () => {
    const parts = [build.pad(input('a', [2, 3]), 1, 2, 1), build.pad(input('b', [2, 1]), 1, 5, 0)];
    const y = add(add(parts[0]!, parts[1]!), build.pad(input('c', [2, 2]), 1, 0, 4));
    expect(printGraph(simplify(graphOf({ y })))).toMatchInlineSnapshot(`
      "%0 float32[2, 2] = input {dtype: "float32", name: "c", shape: [2, 2]}
      %1 float32[2, 3] = input {dtype: "float32", name: "a", shape: [2, 3]}
      %2 float32[2, 1] = input {dtype: "float32", name: "b", shape: [2, 1]}
      %3 float32[2, 6] = concatenate %0 %1 %2 {axis: 1}
      return y: %3"
    `);
  });

  test('keeps a sum of parts that overlap or leave gaps', async () => {
    const a = input('a', [1, 2]);
    const outputs = {
      overlap: add(build.pad(a, 1, 0, 1), build.pad(a, 1, 1, 0)),
      gap: add(build.pad(a, 1, 0, 3), build.pad(a, 1, 3, 0)),
    };
    const results = await evaluate(outputs, { a: Float32Array.of(1, 2) });
    expect([...results.overlap!]).toEqual([1, 3, 2]);
    expect([...results.gap!]).toEqual([1, 2, 0, 1, 2]);
  });

  test('does not compute a product again that something else needs too', () => {
    const product = build.matmul(input('a', [2, 3]), input('b', [3, 2]));
    const graph = simplify(graphOf({ y: add(input('c', [2, 2]), product), product }));
    expect(graph.nodes.filter(({ op }) => op === 'addMatmul')).toHaveLength(0);
  });
});

describe('running', () => {
  test('adds up every update of a repeated index, on any number of threads', async () => {
    const indices = input('indices', [20_000], 'int32');
    const y = build.scatterAdd(build.zeros([3, 5]), indices, input('updates', [20_000, 5]));
    for (const threads of [1, 2, 4]) {
      const compiled = await CompiledGraph.compile(graphOf({ y }), { threads });
      const feeds = { indices: new Int32Array(20_000), updates: new Float32Array(100_000).fill(1) };
      const result = (await compiled.call(feeds)).y!;
      expect([...result.subarray(0, 6)]).toEqual([20_000, 20_000, 20_000, 20_000, 20_000, 0]);
      await compiled.dispose();
    }
  });

  test('masks the future exactly', async () => {
    const y = build.causalSoftmax(input('x', [3, 3]));
    const result = (await evaluate({ y }, { x: new Float32Array(9) })).y!;
    expect([...result]).toEqual([1, 0, 0, 0.5, 0.5, 0, 1 / 3, 1 / 3, 1 / 3].map(Math.fround));
  });

  test('a cross-entropy far beyond the range of exp stays finite', async () => {
    const y = tokenCrossEntropy(input('z', [1, 3]), input('t', [1], 'int32'), input('w', [1]));
    const feeds = { z: Float32Array.of(500, 0, -500), t: Int32Array.of(2), w: Float32Array.of(2) };
    expect((await evaluate({ y }, feeds)).y![0]).toBe(2000);
  });

  test('an input and an output cannot share a name', async () => {
    const graph = graphOf({ x: relu(input('x', [2])) });
    await expect(CompiledGraph.compile(graph)).rejects.toThrow('an input and an output are both named "x"');
  });

  test('one result may have two names, and an input may be an output', async () => {
    const x = parameter('x', [2]);
    const double = add(x, x);
    const results = await evaluate({ a: double, b: double, same: x }, { x: Float32Array.of(1, 2) });
    expect(Object.values(results).map((values) => [...values])).toEqual([
      [2, 4],
      [2, 4],
      [1, 2],
    ]);
  });
});
