/** Hessian-vector products of every family, by differentiating twice, against differences of gradients. */
import { expect, test } from 'vitest';
import { type HessianVectorProduct, hessianVectorProduct } from '../../src/model/index.js';
import { relativeError } from '../graph/finite-differences.js';
import { uniform, windowsOf } from './hashed.js';
import { cases, modelOf, readFixture, weightsOf } from './parity-fixtures.js';

test.each(cases)('%s: a Hessian-vector product equals the difference of gradients', async (name) => {
  const fixture = readFixture(`parity-${name}`);
  const { batch, context, vocabularySize } = fixture;
  const model = modelOf(fixture);
  const windows = windowsOf('curvature', batch * (context + 1), vocabularySize);
  const weights = weightsOf(fixture);
  // No ReLU changes sides between the points of a difference: every unit is well on or well off.
  for (const [key, values] of weights) {
    if (key.endsWith('fc1.bias'))
      weights.set(
        key,
        values.map((_, i) => (i % 2 === 0 ? 8 : -8)),
      );
  }
  const direction = new Map(
    [...weights].map(([key, { length }]) => [key, Float32Array.from(uniform(`along ${key}`, length))]),
  );
  const at = (h: number): Promise<HessianVectorProduct> =>
    hessianVectorProduct(
      model,
      new Map(
        [...weights].map(([key, values]) => [key, values.map((x, i) => x + h * direction.get(key)![i]!)]),
      ),
      windows,
      direction,
    );
  const { product } = await at(0);

  const h = 1e-3;
  const [plus, minus, plus2, minus2] = [await at(h), await at(-h), await at(2 * h), await at(-2 * h)];
  const found: number[] = [];
  const numeric: number[] = [];
  for (const key of weights.keys()) {
    product.get(key)!.forEach((value, i) => {
      found.push(value);
      const near = (plus.gradient.get(key)![i]! - minus.gradient.get(key)![i]!) / (2 * h);
      const far = (plus2.gradient.get(key)![i]! - minus2.gradient.get(key)![i]!) / (4 * h);
      numeric.push((4 * near - far) / 3);
    });
  }
  expect(Math.max(...found.map(Math.abs))).toBeGreaterThan(0.1);
  expect(relativeError(found, numeric)).toBeLessThan(1e-3);
});
