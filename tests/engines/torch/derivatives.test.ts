/** What PyTorch measures for the tiny rate is what the embedded engine measures, and what differences of gradients say. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Random } from '../../../src/random.js';
import { boundTerms, type OnnxDerivatives, type TorchDerivatives } from '../../../src/rate/index.js';
import type { BoundTerms } from '../../../src/records.js';
import { meanLoss, type WeightedWindows } from '../../../src/validation/index.js';
import { uniform, windowsOf } from '../../model/hashed.js';
import { modelOf, readFixture, weightsOf } from '../../model/parity-fixtures.js';
import { quadraticModel } from '../../rate/quadratic.js';
import { distance, embedded, stateOf, torch, type Values } from './points.js';
import { ask, describeTorch, hookTimeout } from './worker.js';

const families = ['gpt2', 'gpt-neox', 'opt-norm-last', 'llama-grouped', 'gemma3-grouped'] as const;

interface Point {
  model: ReturnType<typeof modelOf>;
  parameters: Values;
  /** Five windows, with weights that differ. */
  loss: WeightedWindows;
  direction: Values;
  ours: OnnxDerivatives;
  theirs: TorchDerivatives;
}

const root = mkdtempSync(join(tmpdir(), 'assay-torch-derivatives-'));

async function pointOf(name: string): Promise<Point> {
  const fixture = readFixture(`parity-${name}`);
  const model = modelOf(fixture);
  const weights = weightsOf(fixture);
  const parameters = new Map(model.parameters.map(({ name }) => [name, weights.get(name)!]));
  // No ReLU changes sides between the points of a difference: every unit is well on or well off.
  for (const [key, values] of parameters) {
    if (key.endsWith('fc1.bias')) values.set(values.map((_, i) => (i % 2 === 0 ? 8 : -8)));
  }
  const { context, vocabularySize } = model;
  const count = 5;
  return {
    ...{ model, parameters },
    loss: {
      windows: windowsOf('curvature', count * (context + 1), vocabularySize),
      weights: Float32Array.from(uniform('weights', count * context), (x) => (1 + x / 2) / (count * context)),
      ...{ count, context },
    },
    direction: new Map(
      [...parameters].map(([key, { length }]) => [key, Float32Array.from(uniform(`along ${key}`, length))]),
    ),
    ours: embedded(model, stateOf(parameters)),
    theirs: await torch(join(root, name), model, stateOf(parameters)),
  };
}

describeTorch('derivatives by PyTorch', () => {
  const points = new Map<string, Point>();
  beforeAll(async () => {
    for (const name of families) points.set(name, await pointOf(name));
  }, hookTimeout);
  afterAll(async () => {
    for (const { ours, theirs } of points.values()) await Promise.all([ours.dispose(), theirs.dispose()]);
    rmSync(root, { recursive: true });
  });

  test.each(families)('%s: the loss and its gradient are those of the embedded engine', async (name) => {
    const { loss, ours, theirs } = points.get(name)!;
    const [expected, found] = [await ours.gradient(loss), await theirs.gradient(loss)];
    expect(Math.abs(found.lossNats / expected.lossNats - 1)).toBeLessThan(1e-5);
    expect(distance(await theirs.valuesOf(found.gradient), new Map(expected.gradient))).toBeLessThan(1e-4);
  });

  test.each(families)('%s: a Hessian-vector product is that of the embedded engine', async (name) => {
    const { loss, direction, ours, theirs } = points.get(name)!;
    const expected = await ours.hessianProduct(loss, direction);
    const product = await theirs.hessianProduct(loss, await theirs.vectorOf(direction));
    expect(distance(await theirs.valuesOf(product), new Map(expected))).toBeLessThan(1e-4);
  });

  test.each(families)('%s: a Hessian-vector product is the difference of gradients', async (name) => {
    const { model, parameters, loss, direction, theirs } = points.get(name)!;
    const gradientAt = async (h: number) => {
      const moved = [...parameters].map(([key, values]) => {
        return [key, values.map((x, i) => x + h * direction.get(key)![i]!)] as const;
      });
      const there = embedded(model, stateOf(new Map(moved)));
      const { gradient } = await there.gradient(loss);
      await there.dispose();
      return gradient;
    };
    const h = 1e-3;
    const at = [await gradientAt(-2 * h), await gradientAt(-h), await gradientAt(h), await gradientAt(2 * h)];
    const differences = new Map(
      [...parameters].map(([key, values]) => {
        const [far, near, next, beyond] = at.map((gradient) => gradient.get(key)!);
        return [
          key,
          values.map((_, i) => (8 * (next![i]! - near![i]!) - (beyond![i]! - far![i]!)) / (12 * h)),
        ];
      }),
    );
    const product = await theirs.hessianProduct(loss, await theirs.vectorOf(direction));
    expect(distance(await theirs.valuesOf(product), differences)).toBeLessThan(1e-3);
  });

  test.each(families)(
    '%s: a product in Adam’s coordinates, and those of single windows, are the same',
    async (name) => {
      const { loss, direction, ours, theirs } = points.get(name)!;
      const [mine, other] = [await ours.gradient(loss), await theirs.gradient(loss)];
      const metric = await ours.adamMetric(mine.gradient);
      const their = await theirs.adamMetric(other.gradient);
      expect(distance(await theirs.valuesOf(their), new Map(metric))).toBeLessThan(1e-3);
      const same = await theirs.vectorOf(metric);
      const expected = await ours.hessianProduct(loss, direction, metric);
      const product = await theirs.hessianProduct(loss, await theirs.vectorOf(direction), same);
      expect(distance(await theirs.valuesOf(product), new Map(expected))).toBeLessThan(1e-4);
      const given = { vector: await theirs.vectorOf(direction), metric: same };
      const found = await theirs.exampleProducts(loss.windows, given);
      const known = await ours.exampleProducts(loss.windows, { vector: direction, metric });
      for (const kind of ['squares', 'metricSquares', 'along', 'metricAlong'] as const) {
        const size = Math.max(...known[kind].map(Math.abs));
        const difference = Math.max(...known[kind].map((x, i) => Math.abs(x - found[kind][i]!)));
        expect(difference / size, kind).toBeLessThan(1e-4);
      }
    },
  );

  test('vectors are added, scaled, multiplied and freed', async () => {
    const { direction, parameters, ours, theirs } = points.get('gpt2')!;
    const [a, b] = [await theirs.vectorOf(direction), await theirs.vectorOf(parameters)];
    const sum = await theirs.weightedSum([
      { factor: 2, vector: a },
      { factor: -0.5, vector: b },
    ]);
    await theirs.scale(sum, 3);
    const expected = await ours.weightedSum([
      { factor: 6, vector: direction },
      { factor: -1.5, vector: parameters },
    ]);
    expect(distance(await theirs.valuesOf(sum), new Map(expected))).toBeLessThan(1e-6);
    expect(await theirs.innerProduct(a, b, sum)).toBeCloseTo(
      await ours.innerProduct(direction, parameters, expected),
      4,
    );
    for (const vector of [a, b, sum]) await theirs.release(vector);
  });

  test('the same shares of updates are rounded away', async () => {
    const { model, ours, theirs } = points.get('gpt2')!;
    const windows = windowsOf('rounding', 4 * (model.context + 1), model.vocabularySize);
    const rates = [1e-5, 1e-7, 1e-8, 1e-9, 1e-11];
    const expected = await ours.roundedAway(windows, rates);
    const found = await theirs.roundedAway(windows, rates);
    expect(expected[0]).toBeLessThan(0.05);
    expect(expected[4]).toBeGreaterThan(0.9);
    for (const [i, share] of expected.entries()) expect(Math.abs(found[i]! - share)).toBeLessThan(0.01);
  });

  test('every term of the bound is the same, the top eigenvalue within 1 %', async () => {
    for (const name of ['gpt2', 'gemma3-grouped'] as const) {
      const { model, loss, ours, theirs } = points.get(name)!;
      const stream = (key: string) => windowsOf(key, 6 * (model.context + 1), model.vocabularySize);
      const input = {
        ...{ model, validation: loss, random: Random.fromSeed(1), powerIteration: { most: 40 } },
        streams: ['x', 'y'].map((key) => ({ name: key, windows: async () => stream(key) })),
        recipes: [
          { name: 'a', shares: { x: 1 } },
          { name: 'b', shares: { x: 0.25, y: 0.75 } },
        ],
      };
      const [expected, found] = [await boundTerms(ours, input), await boundTerms(theirs, input)];
      expectSameTerms(found.sgd, expected.sgd);
      expectSameTerms(found.adam!, expected.adam!);
    }
  });

  test(
    'a graph for one number of windows is filled up with windows without weight',
    async () => {
      const model = quadraticModel(2);
      const parameters = new Map([['theta', Float32Array.of(0.5, -1, 2)]]);
      const windows = Int32Array.of(0, 0, 1, 0, 1, 1, 0, 2, 0, 0, 3, 3, 0, 3, 2);
      const [ours, theirs] = [
        embedded(model, stateOf(parameters)),
        await torch(join(root, 'quadratic'), model, stateOf(parameters)),
      ];
      try {
        const loss = meanLoss(windows, 2);
        const [expected, found] = [await ours.gradient(loss), await theirs.gradient(loss)];
        expect(distance(await theirs.valuesOf(found.gradient), new Map(expected.gradient))).toBeLessThan(
          1e-6,
        );
        // The matrix of the quadratic, times (1, 0, 1).
        const along = await theirs.vectorOf(new Map([['theta', Float32Array.of(1, 0, 1)]]));
        const product = await theirs.valuesOf(await theirs.hessianProduct(loss, along));
        expect([...product.get('theta')!].map((x) => x.toFixed(5))).toEqual([
          '3.00000',
          '1.00000',
          '-6.00000',
        ]);
        const { squares } = await theirs.exampleProducts(windows, { vector: found.gradient });
        const embeddedSquares = await ours.exampleProducts(windows, { vector: expected.gradient });
        expect([...squares].map((x) => x.toFixed(4))).toEqual(
          [...embeddedSquares.squares].map((x) => x.toFixed(4)),
        );
      } finally {
        await Promise.all([ours.dispose(), theirs.dispose()]);
      }
    },
    hookTimeout,
  );

  test(
    'the loss of the vocabulary in chunks has the Hessian that float64 gives',
    async () => {
      const errors = (await ask('curvature.py', null)) as Record<string, number>;
      expect(Object.keys(errors)).toEqual(['whole', 'in chunks', 'padded', 'padded in chunks', 'upstream']);
      for (const [name, error] of Object.entries(errors)) expect(error, name).toBeLessThan(2e-6);
    },
    hookTimeout,
  );
});

function expectSameTerms(found: BoundTerms, expected: BoundTerms): void {
  for (const [i, recipe] of expected.recipes.entries()) {
    const got = found.recipes[i]!;
    // A squared gradient may be 0, what is left of it when the noise is taken off.
    const size = recipe.covarianceTrace + recipe.gradientSquared;
    for (const term of ['alignment', 'covarianceTrace', 'gradientSquared'] as const)
      expect(
        Math.abs(got[term] - recipe[term]) / Math.max(Math.abs(recipe[term]), 0.1 * size),
        term,
      ).toBeLessThan(1e-3);
  }
  expect(Math.abs(found.lambdaMax / expected.lambdaMax - 1), 'top eigenvalue').toBeLessThan(1e-2);
}
