/** Steps in which every token has a weight of its own. */
import { describe, expect, test } from 'vitest';
import { buildModel, initialise } from '../../src/model/index.js';
import { Random } from '../../src/random.js';
import type { OptimizerSpec } from '../../src/records.js';
import type { TrainerOptions, TrainState } from '../../src/train/engine.js';
import { createOnnxTrainer, WeightedTrainer } from '../../src/train/onnx/index.js';
import { startingWeights } from '../model/hashed.js';

const context = 5;
const vocabularySize = 13;
const batch = 4;
const model = buildModel(
  { family: 'gpt2', layers: 1, width: 8, heads: 2, mlpWidth: 16 },
  { vocabularySize, context },
);
const optimizer: OptimizerSpec = {
  beta1: 0.9,
  beta2: 0.95,
  epsilon: 1e-8,
  weightDecay: 0.1,
  gradientClip: 0.5,
};
const optionsOf = (microBatch: number, other: Partial<OptimizerSpec> = {}): TrainerOptions => {
  return { batch, microBatch, context, threads: 1, optimizer: { ...optimizer, ...other } };
};
const random = Random.fromSeed(3);
const windows = Int32Array.from({ length: batch * (context + 1) }, () => random.below(vocabularySize));
const weights = Float32Array.from({ length: batch * context }, () => random.uniform() / 10);

const startOf = (parameters: Map<string, Float32Array>): TrainState => {
  return { step: 0, parameters, firstMoments: new Map(), secondMoments: new Map() };
};
const initial = () => startOf(initialise(model, Random.fromSeed(1)));

async function weighted(state: TrainState, options: TrainerOptions): Promise<WeightedTrainer> {
  const trainer = await WeightedTrainer.compile(model, options);
  trainer.load(state);
  return trainer;
}

describe.each([1, 2, 4])('in passes of %i windows', (microBatch) => {
  test('weights that are all 1 / tokens take the steps of the plain trainer, bit for bit', async () => {
    const plain = await createOnnxTrainer(model, initial(), optionsOf(microBatch));
    const own = await weighted(initial(), optionsOf(microBatch));
    const equal = new Float32Array(batch * context).fill(1 / (batch * context));
    for (const rate of [1e-2, 2e-2]) {
      expect(await own.step(windows, equal, rate)).toEqual(await plain.step(windows, rate));
    }
    expect(own.state()).toEqual(plain.state());
    await plain.dispose();
    await own.dispose();
  });

  test('the loss of a step is the sum of its token losses times their weights', async () => {
    const trainer = await weighted(initial(), optionsOf(microBatch));
    const losses = await trainer.tokenLosses(windows);
    const sum = losses.reduce((all, loss, token) => all + loss * weights[token]!, 0);
    expect((await trainer.step(windows, weights, 1e-3)).lossNats).toBeCloseTo(sum, 5);
    await trainer.dispose();
  });

  test('its gradient is that of finite differences, along many directions', async () => {
    // Weights far from 0 in every entry, so that the differences stand out of float32's rounding.
    const parameters = new Map(
      model.parameters.map(({ name, shape }) => [name, startingWeights('gpt2', name, shape)]),
    );
    // Without momentum, clip and decay, Adam's first moment after a step is the gradient.
    const trainer = await weighted(
      startOf(parameters),
      optionsOf(microBatch, { beta1: 0, gradientClip: 1e9, weightDecay: 0 }),
    );
    await trainer.step(windows, weights, 1e-3);
    const gradient = trainer.state().firstMoments;
    for (let direction = 0; direction < 4; direction++) {
      const along = new Map(
        [...parameters].map(([name, values]) => {
          const draw = Random.fromSeed(direction).split(name);
          return [name, values.map(() => draw.uniform() * 2 - 1)] as const;
        }),
      );
      const lossAt = async (distance: number): Promise<number> => {
        const moved = new Map(
          [...parameters].map(([name, values]) => {
            return [name, values.map((value, i) => value + distance * along.get(name)![i]!)] as const;
          }),
        );
        const at = await trainer.frozen(moved)(windows);
        return at.reduce((all, loss, token) => all + loss * weights[token]!, 0);
      };
      const h = 4e-3;
      const near = ((await lossAt(h)) - (await lossAt(-h))) / (2 * h);
      const far = ((await lossAt(2 * h)) - (await lossAt(-2 * h))) / (4 * h);
      let product = 0;
      for (const [name, values] of gradient)
        product += values.reduce((all, value, i) => all + value * along.get(name)![i]!, 0);
      // Of fourth order in h.
      expect(Math.abs((4 * near - far) / 3 / product - 1)).toBeLessThan(2e-3);
    }
    await trainer.dispose();
  });
});

test('a token without weight teaches nothing', async () => {
  const trainer = await weighted(initial(), optionsOf(2));
  const onlyFirst = Float32Array.from(weights, (weight, token) => (token < context ? weight : 0));
  await trainer.step(windows, onlyFirst, 1e-2);
  const others = windows.map((id, i) => (i < context + 1 ? id : (id + 1) % vocabularySize));
  const same = await weighted(initial(), optionsOf(2));
  await same.step(others, onlyFirst, 1e-2);
  expect(same.state()).toEqual(trainer.state());
  await trainer.dispose();
  await same.dispose();
});

test('the losses of another model leave the state as it is', async () => {
  const trainer = await weighted(initial(), optionsOf(2));
  const before = trainer.state();
  const other = initialise(model, Random.fromSeed(2));
  const losses = await trainer.frozen(other)(windows);
  expect(trainer.state()).toEqual(before);
  const alone = await createOnnxTrainer(model, startOf(other), optionsOf(2));
  expect(losses).toEqual(await alone.tokenLosses(windows));
  await trainer.dispose();
  await alone.dispose();
});

test.each([
  ['step windows', windows.subarray(1), weights],
  ['step weights', windows, weights.subarray(1)],
])('%s of another length are refused', async (subject, someWindows, someWeights) => {
  const trainer = await weighted(initial(), optionsOf(2));
  await expect(trainer.step(someWindows, someWeights, 1e-3)).rejects.toThrow(`${subject}: wrong length`);
  await trainer.dispose();
});
