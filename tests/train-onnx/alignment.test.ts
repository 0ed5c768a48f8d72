/** A step that also says how far its gradient points where other losses fall. */
import { describe, expect, test } from 'vitest';
import { buildModel, hessianVectorProduct, initialise } from '../../src/model/index.js';
import { Random } from '../../src/random.js';
import type { OptimizerSpec } from '../../src/records.js';
import type { TrainState } from '../../src/train/engine.js';
import { createOnnxTrainer } from '../../src/train/onnx/index.js';
import { meanLoss } from '../../src/validation/index.js';
import { startingWeights } from '../model/hashed.js';

const sizes = { vocabularySize: 31, context: 7 };
const batch = 6;
const model = buildModel({ family: 'gpt2', layers: 1, width: 24, heads: 3, mlpWidth: 48 }, sizes);
const adam: OptimizerSpec = { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1, gradientClip: 1 };

function windowsOf(seed: number, count: number): Int32Array {
  const random = Random.fromSeed(seed);
  return Int32Array.from({ length: count * (sizes.context + 1) }, () => random.below(sizes.vocabularySize));
}
const losses = [meanLoss(windowsOf(50, 3), sizes.context), meanLoss(windowsOf(51, 5), sizes.context)];

const trainerOf = (parameters: Map<string, Float32Array>, microBatch: number, optimizer = adam) =>
  createOnnxTrainer(
    model,
    { step: 0, parameters, firstMoments: new Map(), secondMoments: new Map() } satisfies TrainState,
    { batch, microBatch, context: sizes.context, threads: 1, optimizer },
  );
const initial = () => initialise(model, Random.fromSeed(1));

/** Gradient of the mean loss of some windows, by another graph. */
async function gradientOf(parameters: Map<string, Float32Array>, windows: Int32Array) {
  return (await hessianVectorProduct(model, parameters, windows, parameters)).gradient;
}

function dot(a: ReadonlyMap<string, Float32Array>, b: ReadonlyMap<string, Float32Array>): number {
  let total = 0;
  for (const [name, x] of a) total += x.reduce((sum, value, i) => sum + value * b.get(name)![i]!, 0);
  return total;
}

test.each([6, 2])('it takes the same step to the bit, in passes of %i windows', async (microBatch) => {
  const [plain, measured] = [await trainerOf(initial(), microBatch), await trainerOf(initial(), microBatch)];
  for (const seed of [1, 2, 3]) {
    const { alignments, ...result } = await measured.alignedStep(windowsOf(seed, batch), 1e-2, losses);
    expect(alignments).toHaveLength(losses.length);
    expect(result).toEqual(await plain.step(windowsOf(seed, batch), 1e-2));
  }
  expect(measured.state()).toEqual(plain.state());
  await plain.dispose();
  await measured.dispose();
});

describe('the alignments of steps with momentum are the products of gradients computed apart', () => {
  test.each([
    ['unclipped', { ...adam, gradientClip: 1e9 }],
    ['where every step is clipped', { ...adam, gradientClip: 0.01 }],
    ['without momentum', { ...adam, beta1: 0 }],
    ['with a long momentum', { ...adam, beta1: 0.99 }],
  ])('%s', async (_name, optimizer) => {
    const trainer = await trainerOf(initial(), 2, optimizer);
    for (const seed of [1, 2, 3]) {
      const { parameters } = trainer.state();
      const { alignments } = await trainer.alignedStep(windowsOf(seed, batch), 1e-2, losses);
      const training = await gradientOf(parameters, windowsOf(seed, batch));
      for (const [i, { windows }] of losses.entries()) {
        const validation = await gradientOf(parameters, windows);
        const scale = Math.sqrt(dot(training, training) * dot(validation, validation));
        expect(Math.abs(alignments[i]! - dot(training, validation)) / scale).toBeLessThan(1e-5);
      }
    }
    await trainer.dispose();
  });
});

test('an alignment is how fast the loss falls along a small step of plain SGD on the batch', async () => {
  const parameters = new Map(
    model.parameters.map(({ name, shape }) => [name, startingWeights('gpt2', name, shape)]),
  );
  const trainer = await trainerOf(parameters, batch);
  const windows = windowsOf(7, batch);
  const { alignments } = await trainer.alignedStep(windows, 1e-3, losses);
  const gradient = await gradientOf(parameters, windows);
  const lossAfter = async (rate: number): Promise<number> => {
    const moved = new Map(
      [...parameters].map(([name, values]) => [
        name,
        values.map((x, i) => x - rate * gradient.get(name)![i]!),
      ]),
    );
    trainer.load({ step: 0, parameters: moved, firstMoments: new Map(), secondMoments: new Map() });
    const found = await trainer.tokenLosses(losses[0]!.windows);
    return found.reduce((sum, loss) => sum + loss, 0) / found.length;
  };
  // Fourth order: (8(f(h) − f(−h)) − (f(2h) − f(−2h))) / 12h.
  const h = 2e-3;
  const near = (await lossAfter(h)) - (await lossAfter(-h));
  const far = (await lossAfter(2 * h)) - (await lossAfter(-2 * h));
  const slope = (8 * near - far) / (12 * h);
  expect(Math.abs(-slope / alignments[0]! - 1)).toBeLessThan(2e-3);
  await trainer.dispose();
});
