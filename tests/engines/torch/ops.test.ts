/** Every op of the table is the op of the graph: values and gradients, alone and stacked, against ONNX Runtime. */
import { beforeAll, expect, test } from 'vitest';
import {
  build,
  CompiledGraph,
  gradients,
  graphOf,
  graphToJson,
  type Tensor,
} from '../../../src/graph/index.js';
import { Random } from '../../../src/random.js';
import { type GradientCase, gradientCases } from '../../graph/gradient-cases.js';
import { ask, describeTorch } from './worker.js';

interface Results {
  y: number[];
  gradients: Record<string, number[]>;
}

describeTorch('ops', () => {
  const cases = Object.entries(gradientCases).flatMap(([op, list]) =>
    list.map((entry) => ({ op, ...entry })),
  );
  /** Of each case, its own values and others of the same shapes. */
  const members = cases.map(({ leaves }) => [valuesOf(leaves), otherValues(leaves)]);
  let answers: Record<'alone' | 'stacked', Results[]>[];

  beforeAll(async () => {
    const questions = cases.map(({ y }, i) => ({
      graph: graphToJson(graphOf({ y })),
      values: members[i],
      direction: directionFor(y),
    }));
    answers = (await ask('ops.py', questions)) as typeof answers;
  });

  test.each(Object.keys(gradientCases))('%s', async (op) => {
    for (const [i, answer] of answers.entries()) {
      const entry = cases[i]!;
      if (entry.op !== op) continue;
      for (const [m, values] of members[i]!.entries()) {
        const expected = await embedded(entry, values);
        for (const [how, got] of Object.entries({ alone: answer.alone[m]!, stacked: answer.stacked[m]! })) {
          expectNear(got.y, expected.y, `${how}: y`);
          for (const [name, gradient] of Object.entries(expected.gradients))
            expectNear(got.gradients[name]!, gradient, `${how}: ${name}`);
        }
      }
    }
  });
});

type Values = Record<string, number[]>;

function valuesOf(leaves: GradientCase['leaves']): Values {
  return Object.fromEntries(Object.entries(leaves).map(([name, { values }]) => [name, [...values]]));
}

/** Each leaf's numbers in another order, which every op's domain allows. */
function otherValues(leaves: GradientCase['leaves']): Values {
  const random = Random.fromSeed('other values');
  return Object.fromEntries(
    Object.entries(leaves).map(([name, { values }]) => [
      name,
      [...values]
        .map((value) => ({ value, key: random.uniform() }))
        .sort((a, b) => a.key - b.key)
        .map(({ value }) => value),
    ]),
  );
}

/** What each entry of y counts. */
function directionFor({ shape }: Tensor): number[] {
  const random = Random.fromSeed('direction');
  return Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.uniform() * 2 - 1);
}

/** y and the gradients of Σ direction · y, by ONNX Runtime. */
async function embedded({ y, leaves }: GradientCase, values: Values): Promise<Results> {
  const floats = Object.entries(leaves).filter(([, { tensor }]) => tensor.dtype === 'float32');
  const loss = build.sum(build.multiply(y, build.input('direction', y.shape)));
  const found = gradients(
    loss,
    floats.map(([, { tensor }]) => tensor),
  );
  const named = Object.fromEntries(floats.map(([name], i) => [`∂${name}`, found[i]!]));
  const graph = await CompiledGraph.compile(graphOf({ ...named, y }));
  try {
    const given = Object.fromEntries(
      Object.entries(leaves).map(([name, { tensor }]) => [
        name,
        tensor.dtype === 'float32' ? Float32Array.from(values[name]!) : Int32Array.from(values[name]!),
      ]),
    );
    const results = await graph.call({ ...given, direction: Float32Array.from(directionFor(y)) });
    return {
      y: [...results.y!],
      gradients: Object.fromEntries(floats.map(([name]) => [name, [...results[`∂${name}`]!]])),
    };
  } finally {
    await graph.dispose();
  }
}

/** Relative to the largest entry. */
function expectNear(got: readonly number[], expected: readonly number[], what: string): void {
  expect(got, what).toHaveLength(expected.length);
  const size = Math.max(1e-2, ...expected.map(Math.abs));
  const error = Math.max(0, ...expected.map((value, i) => Math.abs(value - got[i]!)));
  expect(error / size, what).toBeLessThan(1e-5);
}
