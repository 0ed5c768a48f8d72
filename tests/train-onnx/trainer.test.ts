import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CompiledGraph, gradients, graphOf, leavesOf, type Tensor } from '../../src/graph/index.js';
import { buildModel, countParameters, initialise } from '../../src/model/index.js';
import { Random } from '../../src/random.js';
import type { OptimizerSpec } from '../../src/records.js';
import type { TrainerOptions, TrainState } from '../../src/train/engine.js';
import { createOnnxTrainer } from '../../src/train/onnx/index.js';
import { relativeError } from '../graph/finite-differences.js';

const vocabularySize = 31;
const context = 7;
const batch = 6;
const model = buildModel(
  { family: 'gpt2', layers: 2, width: 24, heads: 3, mlpWidth: 96 },
  { vocabularySize, context },
);
const optimizer: OptimizerSpec = {
  beta1: 0.9,
  beta2: 0.95,
  epsilon: 1e-8,
  weightDecay: 0.1,
  gradientClip: 1,
};
const options: TrainerOptions = { batch, microBatch: batch, context, threads: 1, optimizer };

const start = (seed = 1): TrainState => ({
  step: 0,
  parameters: initialise(model, Random.fromSeed(seed)),
  firstMoments: new Map(),
  secondMoments: new Map(),
});

function windowsOf(seed: number, count = batch): Int32Array {
  const random = Random.fromSeed(seed);
  return Int32Array.from({ length: count * (context + 1) }, () => random.below(vocabularySize));
}

describe('training', () => {
  test('starts at the loss of a uniform guess', async () => {
    const trainer = await createOnnxTrainer(model, start(), options);
    const { lossNats } = await trainer.step(windowsOf(1), 1e-3);
    expect(Math.abs(lossNats - Math.log(vocabularySize))).toBeLessThan(0.1);
    await trainer.dispose();
  });

  test('overfits a fixed tiny text below 0.1 nats', async () => {
    const text = 'a recipe is a selection of documents and token shares';
    const tokens = [...text].map((letter) => (letter === ' ' ? 0 : letter.charCodeAt(0) - 96));
    const windows = Int32Array.from(
      { length: batch * (context + 1) },
      (_, i) => tokens[Math.floor(i / (context + 1)) * context + (i % (context + 1))]!,
    );
    const trainer = await createOnnxTrainer(model, start(), options);
    let loss = Number.POSITIVE_INFINITY;
    for (let step = 0; step < 300 && loss >= 0.1; step++) loss = (await trainer.step(windows, 5e-3)).lossNats;
    expect(loss).toBeLessThan(0.1);
    await trainer.dispose();
  });

  test('a step reports the mean of the token losses before it', async () => {
    const trainer = await createOnnxTrainer(model, start(), options);
    const windows = windowsOf(5);
    const losses = await trainer.tokenLosses(windows);
    const { lossNats } = await trainer.step(windows, 1e-3);
    expect(losses).toHaveLength(batch * context);
    expect(lossNats).toBeCloseTo(losses.reduce((a, b) => a + b) / losses.length, 5);
    await trainer.dispose();
  });

  test('a loss that is not finite is returned as such', async () => {
    const state = start();
    state.parameters.get('transformer.wte.weight')!.fill(Number.NaN);
    const trainer = await createOnnxTrainer(model, state, options);
    const { lossNats, gradientNorm } = await trainer.step(windowsOf(1), 1e-3);
    expect([lossNats, gradientNorm]).toEqual([Number.NaN, Number.NaN]);
    await trainer.dispose();
  });
});

describe('token losses', () => {
  test.each([1, 2, 3, 5])('of %i windows are those of each window alone, in order', async (count) => {
    const trainer = await createOnnxTrainer(model, start(), { ...options, microBatch: 2 });
    const windows = windowsOf(count, count);
    const together = await trainer.tokenLosses(windows);
    for (let i = 0; i < count; i++) {
      const alone = await trainer.tokenLosses(windows.subarray(i * (context + 1), (i + 1) * (context + 1)));
      together.subarray(i * context, (i + 1) * context).forEach((loss, t) => {
        expect(loss).toBeCloseTo(alone[t]!, 5);
      });
    }
    await trainer.dispose();
  });

  test('change no state', async () => {
    const trainer = await createOnnxTrainer(model, start(), options);
    await trainer.step(windowsOf(1), 1e-3);
    const before = trainer.state();
    await trainer.tokenLosses(windowsOf(2, 3));
    expect(trainer.state()).toEqual(before);
    await trainer.dispose();
  });
});

describe('a step is a function of state, windows and rate', () => {
  test.each([6, 2])('continuing from a state is bit-identical, micro-batch %i', async (microBatch) => {
    const through = await createOnnxTrainer(model, start(), { ...options, microBatch });
    for (const seed of [1, 2]) await through.step(windowsOf(seed), 1e-2);
    const saved = through.state();
    const resumed = await createOnnxTrainer(model, saved, { ...options, microBatch });
    for (const seed of [3, 4]) {
      expect(await resumed.step(windowsOf(seed), 1e-2)).toEqual(await through.step(windowsOf(seed), 1e-2));
    }
    expect(resumed.state()).toEqual(through.state());
    expect(resumed.state().step).toBe(4);
    await through.dispose();
    await resumed.dispose();
  });

  test('a state is a copy', async () => {
    const initial = start();
    const trainer = await createOnnxTrainer(model, initial, options);
    const before = trainer.state();
    await trainer.step(windowsOf(1), 1e-2);
    await trainer.step(windowsOf(2), 1e-2);
    expect(before.parameters).toEqual(initial.parameters);
    expect(trainer.state().parameters).not.toEqual(before.parameters);
    expect(initial.parameters).toEqual(start().parameters);
    await trainer.dispose();
  });

  test('two threads give the same bits every time', async () => {
    const results = [];
    for (let repeat = 0; repeat < 3; repeat++) {
      const trainer = await createOnnxTrainer(model, start(), { ...options, threads: 2 });
      for (const seed of [1, 2, 3]) await trainer.step(windowsOf(seed), 1e-2);
      results.push(trainer.state());
      await trainer.dispose();
    }
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });
});

test('the gradient accumulated over micro-batches is the gradient of one pass, to rounding', async () => {
  const momentsAfterOneStep = async (microBatch: number): Promise<Float32Array> => {
    const trainer = await createOnnxTrainer(model, start(), { ...options, microBatch });
    await trainer.step(windowsOf(1), 1e-3);
    const moments = [...trainer.state().firstMoments.values()].flatMap((array) => [...array]);
    await trainer.dispose();
    return Float32Array.from(moments);
  };
  const whole = await momentsAfterOneStep(6);
  for (const microBatch of [1, 2, 3]) {
    expect(relativeError(await momentsAfterOneStep(microBatch), whole)).toBeLessThan(1e-5);
  }
});

describe('against formulas in float64', () => {
  let gradient: CompiledGraph;
  beforeAll(async () => {
    const forward = model.forward(batch);
    const leaves = leavesOf(forward, 'parameter');
    const names = [...leaves.keys()];
    const results = gradients(forward.outputs.loss!, [...leaves.values()] as Tensor[]);
    gradient = await CompiledGraph.compile(
      graphOf(Object.fromEntries(names.map((name, i) => [`g:${name}`, results[i]!]))),
    );
  });
  afterAll(() => gradient.dispose());

  const gradientAt = async (parameters: Map<string, Float32Array>, windows: Int32Array) => {
    const weights = new Float32Array(batch * context).fill(1 / (batch * context));
    const found = await gradient.call({ ...Object.fromEntries(parameters), windows, weights });
    return new Map([...parameters.keys()].map((name) => [name, Float64Array.from(found[`g:${name}`]!)]));
  };

  const normOf = (gradients: Map<string, Float64Array>): number =>
    Math.sqrt([...gradients.values()].flatMap((g) => [...g]).reduce((total, x) => total + x * x, 0));

  test.each([
    ['that never clips', 1e9, 6],
    ['that always clips', 0.05, 6],
    ['with accumulation', 0.05, 1],
    ['with accumulation in pairs', 1e9, 2],
  ])('AdamW %s', async (_, gradientClip, microBatch) => {
    const spec = { ...optimizer, gradientClip };
    const trainer = await createOnnxTrainer(model, start(), { ...options, microBatch, optimizer: spec });
    const zeros = () =>
      new Map(
        model.parameters.map(({ name }) => [name, new Float64Array(start().parameters.get(name)!.length)]),
      );
    const [m, v] = [zeros(), zeros()];
    let compared = 0;
    for (let step = 1; step <= 3; step++) {
      const rate = 1e-3 * step;
      const before = trainer.state().parameters;
      const gradients = await gradientAt(before, windowsOf(step));
      const norm = normOf(gradients);
      const { gradientNorm } = await trainer.step(windowsOf(step), rate);
      expect(gradientNorm / norm).toBeCloseTo(1, 5);
      const { parameters } = trainer.state();
      for (const { name, decay } of model.parameters) {
        const after = parameters.get(name)!;
        before.get(name)!.forEach((p, i) => {
          const g = gradients.get(name)![i]! * Math.min(1, gradientClip / norm);
          const m1 = 0.9 * m.get(name)![i]! + 0.1 * g;
          const v1 = 0.95 * v.get(name)![i]! + 0.05 * g * g;
          m.get(name)![i] = m1;
          v.get(name)![i] = v1;
          const update = m1 / (1 - 0.9 ** step) / (Math.sqrt(v1 / (1 - 0.95 ** step)) + 1e-8);
          const expected = p * (1 - (decay ? rate * 0.1 : 0)) - rate * update;
          // Adam divides a gradient by its own size: where rounding is all there is of it, the quotient is noise.
          if (Math.abs(g) < 1e-6 * Math.min(1, gradientClip / norm)) return;
          compared += 1;
          if (Math.abs(after[i]! - expected) > 2e-3 * rate + 1e-7) {
            expect.fail(`${name}[${i}] step ${step}: expected ${expected}, got ${after[i]}`);
          }
        });
      }
    }
    expect(compared).toBeGreaterThan(2.7 * countParameters(model));
    await trainer.dispose();
  });
});

describe('what does not fit is refused', () => {
  test.each([
    [{ ...options, microBatch: 4 }, /a micro-batch that divides 6/],
    [{ ...options, context: 8 }, /context 7, got 6 and 8/],
  ])('options', async (bad, message) => {
    await expect(createOnnxTrainer(model, start(), bad)).rejects.toThrow(message);
  });

  test('a state of another model', async () => {
    const short = start();
    short.parameters.set('transformer.ln_f.bias', new Float32Array(3));
    await expect(createOnnxTrainer(model, short, options)).rejects.toThrow(
      'parameter "transformer.ln_f.bias": does not fit the model, expected 24 values, got 3',
    );
    const missing = start();
    missing.parameters.delete('transformer.wpe.weight');
    await expect(createOnnxTrainer(model, missing, options)).rejects.toThrow('expected 168 values, got none');
  });

  test('windows of the wrong length', async () => {
    const trainer = await createOnnxTrainer(model, start(), options);
    await expect(trainer.step(new Int32Array(5), 1e-3)).rejects.toThrow('step windows: wrong length');
    await expect(trainer.tokenLosses(new Int32Array(5))).rejects.toThrow('evaluation windows: wrong length');
    await expect(trainer.tokenLosses(new Int32Array(0))).rejects.toThrow('evaluation windows: wrong length');
    await trainer.dispose();
  });
});
