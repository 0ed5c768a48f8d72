/** Hessian-vector products of every family, by differentiating twice, against differences of gradients. */
import { expect, test } from 'vitest';
import { type Array32, build, gradients, leavesOf, type Tensor } from '../../src/graph/index.js';
import { evaluate, relativeError } from '../graph/finite-differences.js';
import { uniform, windowsOf } from './hashed.js';
import { cases, modelOf, readFixture, weightsOf } from './parity-fixtures.js';

type Arrays = Record<string, Float32Array>;

test.each(cases)('%s: a Hessian-vector product equals the difference of gradients', async (name) => {
  const fixture = readFixture(`parity-${name}`);
  const { batch, context, vocabularySize } = fixture;
  const forward = modelOf(fixture).forward(batch);
  const parameters = new Map(leavesOf(forward, 'parameter') as Map<string, Tensor>);
  const names = [...parameters.keys()];
  const leaves = [...parameters.values()];
  const inputs: Record<string, Array32> = {
    windows: windowsOf('curvature', batch * (context + 1), vocabularySize),
    weights: new Float32Array(batch * context).fill(1 / (batch * context)),
  };
  const weights = weightsOf(fixture);
  // No ReLU changes sides between the points of a difference: every unit is well on or well off.
  for (const [key, values] of weights) {
    if (key.endsWith('fc1.bias'))
      weights.set(
        key,
        values.map((_, i) => (i % 2 === 0 ? 8 : -8)),
      );
  }
  const direction = new Map(names.map((key) => [key, uniform(`along ${key}`, weights.get(key)!.length)]));

  const first = gradients(forward.outputs.loss!, leaves);
  const along = leaves.map(({ shape }, i) => build.input(`v:${names[i]}`, shape));
  const inner = first.map((g, i) => build.sum(build.multiply(g, along[i]!))).reduce(build.add);
  const second = gradients(inner, leaves);
  const product = await evaluate(Object.fromEntries(names.map((key, i) => [`Hv:${key}`, second[i]!])), {
    ...inputs,
    ...Object.fromEntries(weights),
    ...Object.fromEntries([...direction].map(([key, v]) => [`v:${key}`, Float32Array.from(v)])),
  });
  const gradientAt = (h: number): Promise<Arrays> =>
    evaluate(Object.fromEntries(names.map((key, i) => [`g:${key}`, first[i]!])), {
      ...inputs,
      ...Object.fromEntries(
        [...weights].map(([key, a]) => [key, a.map((x, i) => x + h * direction.get(key)![i]!)]),
      ),
    });

  const h = 1e-3;
  const [plus, minus, plus2, minus2] = [
    await gradientAt(h),
    await gradientAt(-h),
    await gradientAt(2 * h),
    await gradientAt(-2 * h),
  ];
  const found: number[] = [];
  const numeric: number[] = [];
  for (const key of names) {
    const at = (g: Arrays, i: number): number => g[`g:${key}`]![i]!;
    product[`Hv:${key}`]!.forEach((value, i) => {
      found.push(value);
      const near = (at(plus, i) - at(minus, i)) / (2 * h);
      const far = (at(plus2, i) - at(minus2, i)) / (4 * h);
      numeric.push((4 * near - far) / 3);
    });
  }
  expect(Math.max(...found.map(Math.abs))).toBeGreaterThan(0.1);
  expect(relativeError(found, numeric)).toBeLessThan(1e-3);
});
