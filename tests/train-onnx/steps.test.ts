/** The ways to take steps: several in one call, and a large model's slice by slice. */
import { expect, test } from 'vitest';
import { floatTensor } from '../../src/graph/index.js';
import { buildModel, initialise } from '../../src/model/index.js';
import { Random } from '../../src/random.js';
import type { TrainerOptions } from '../../src/train/engine.js';
import { createOnnxTrainer } from '../../src/train/onnx/index.js';
import { SlicedSteps } from '../../src/train/onnx/sliced-steps.js';
import { LoopedSteps } from '../../src/train/onnx/step-program.js';
import { Values } from '../../src/train/onnx/values.js';
import { relativeError } from '../graph/finite-differences.js';

const context = 7;
const vocabularySize = 31;
const batch = 4;
const model = buildModel(
  { family: 'gpt2', layers: 1, width: 16, heads: 2, mlpWidth: 32 },
  { vocabularySize, context },
);
const optimizer = { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1, gradientClip: 0.5 };
const rates = [1e-2, 2e-2, 5e-3, 1e-3];
const random = Random.fromSeed(3);
const windows = Int32Array.from({ length: rates.length * batch * (context + 1) }, () =>
  random.below(vocabularySize),
);
const start = () => ({
  step: 0,
  parameters: initialise(model, Random.fromSeed(1)),
  firstMoments: new Map(),
  secondMoments: new Map(),
});

test.each([1, 2, 4])(
  'four steps in one call are the bits of four calls, in passes of %d windows',
  async (microBatch) => {
    const options: TrainerOptions = { batch, microBatch, context, threads: 1, optimizer };
    const one = await createOnnxTrainer(model, start(), options);
    const all = await createOnnxTrainer(model, start(), options);
    const size = windows.length / rates.length;
    const oneByOne = [];
    for (const [i, rate] of rates.entries()) {
      oneByOne.push(await one.step(windows.subarray(i * size, (i + 1) * size), rate));
    }
    expect(await all.steps(windows, rates)).toEqual(oneByOne);
    expect(all.state()).toEqual(one.state());
    await one.dispose();
    await all.dispose();
  },
);

test.each([1, 2, 4])(
  "a large model's steps are the same numbers, in passes of %d windows",
  async (microBatch) => {
    const options: TrainerOptions = { batch, microBatch, context, threads: 1, optimizer };
    const weights = floatTensor(new Float32Array(microBatch * context).fill(1 / (batch * context)), [
      microBatch,
      context,
    ]);
    const taken = [];
    for (const way of [LoopedSteps, SlicedSteps]) {
      const values = new Values(model);
      values.load(start());
      const stepper = await way.compile(model, options, { threads: 1 });
      const results = await stepper.run(values, { windows, weights, learningRates: rates, stepsDone: 0 });
      taken.push({ results, state: values.copy() });
      await stepper.dispose();
    }
    const [looped, sliced] = taken as [(typeof taken)[0], (typeof taken)[0]];
    for (const [i, { lossNats, gradientNorm }] of looped.results.entries()) {
      expect(sliced.results[i]!.lossNats).toBeCloseTo(lossNats, 5);
      expect(sliced.results[i]!.gradientNorm).toBeCloseTo(gradientNorm, 5);
    }
    for (const part of ['parameters', 'firstMoments', 'secondMoments'] as const) {
      for (const [name, array] of looped.state[part]) {
        expect(relativeError([...sliced.state[part].get(name)!], [...array]), `${part} ${name}`).toBeLessThan(
          1e-4,
        );
      }
    }
  },
);
