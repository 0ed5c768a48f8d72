import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildModel, initialise, type Model } from '../../src/model/index.js';
import { Random } from '../../src/random.js';
import type { OptimizerSpec } from '../../src/records.js';
import type { Trainer, TrainerOptions, TrainState } from '../../src/train/engine.js';
import { trainRun } from '../../src/train/index.js';
import { compileOnnxTrainer, createOnnxTrainer, TrainerCache } from '../../src/train/onnx/index.js';
import { bitsOf } from '../executor/study-process.js';
import { prepareSmallStudy } from '../train/small-study.js';

const context = 7;
const vocabularySize = 31;
const model = buildModel(
  { family: 'gpt2', layers: 1, width: 16, heads: 2, mlpWidth: 32 },
  { vocabularySize, context },
);
const optimizer: OptimizerSpec = {
  beta1: 0.9,
  beta2: 0.95,
  epsilon: 1e-8,
  weightDecay: 0.1,
  gradientClip: 1,
};
const options: TrainerOptions = { batch: 4, microBatch: 2, context, threads: 1, optimizer };

const stateOf = (seed: number): TrainState => ({
  step: 0,
  parameters: initialise(model, Random.fromSeed(seed)),
  firstMoments: new Map(),
  secondMoments: new Map(),
});
const random = Random.fromSeed(5);
const windows = Int32Array.from({ length: 4 * (context + 1) }, () => random.below(vocabularySize));

/** A cache, and how often it has compiled. */
function countingCache(): { cache: TrainerCache; compiled: () => number } {
  let count = 0;
  const cache = new TrainerCache((...args) => {
    count += 1;
    return compileOnnxTrainer(...args);
  });
  return { cache, compiled: () => count };
}

async function threeSteps(trainer: Trainer): Promise<unknown[]> {
  const results: unknown[] = [];
  for (let step = 0; step < 3; step++) results.push(await trainer.step(windows, 1e-2));
  return [...results, await trainer.tokenLosses(windows), trainer.state()];
}

describe('a loaded trainer gives the bits of a new one', () => {
  let fresh: unknown[];
  beforeAll(async () => {
    const trainer = await createOnnxTrainer(model, stateOf(2), options);
    fresh = await threeSteps(trainer);
    await trainer.dispose();
  });

  test.each([
    ['after steps from another state', stateOf(1)],
    [
      'after a state that is not finite',
      { ...stateOf(1), parameters: new Map([...stateOf(1).parameters].map(([n, v]) => [n, v.fill(NaN)])) },
    ],
  ])('%s', async (_, before) => {
    const trainer = await createOnnxTrainer(model, before, options);
    await threeSteps(trainer);
    trainer.load(stateOf(2));
    expect(await threeSteps(trainer)).toEqual(fresh);
    await trainer.dispose();
  });

  test('after a state that did not fit', async () => {
    const trainer = await createOnnxTrainer(model, stateOf(1), options);
    await threeSteps(trainer);
    const broken = stateOf(3);
    broken.parameters.delete('transformer.ln_f.bias');
    expect(() => trainer.load(broken)).toThrow('does not fit the model');
    trainer.load(stateOf(2));
    expect(await threeSteps(trainer)).toEqual(fresh);
    await trainer.dispose();
  });
});

describe('the cache', () => {
  test('compiles a shape once, and again after another shape', async () => {
    const { cache, compiled } = countingCache();
    const first = await cache.get(model, options);
    expect(await cache.get(buildModel(model.config, { vocabularySize, context }), { ...options })).toBe(
      first,
    );
    expect(compiled()).toBe(1);
    await cache.get(model, { ...options, microBatch: 4 });
    // Not `not.toBe`: it compares the trainers in depth.
    expect((await cache.get(model, options)) === first).toBe(false);
    expect(compiled()).toBe(3);
    await cache.dispose();
  });

  const wider = buildModel({ ...model.config, mlpWidth: 48 }, { vocabularySize, context });
  const moreWords = buildModel(model.config, { vocabularySize: 32, context });
  const longer = buildModel(model.config, { vocabularySize, context: 8 });
  test.each<[string, Model, Partial<TrainerOptions>]>([
    ['model', wider, {}],
    ['vocabulary', moreWords, {}],
    ['context', longer, { context: 8 }],
    ['batch', model, { batch: 8 }],
    ['micro-batch', model, { microBatch: 1 }],
    ['threads', model, { threads: 2 }],
    ['optimizer', model, { optimizer: { ...optimizer, beta2: 0.99 } }],
  ])('does not mistake another %s for the same shape', async (_, otherModel, otherOptions) => {
    const { cache, compiled } = countingCache();
    await cache.get(model, options);
    await cache.get(otherModel, { ...options, ...otherOptions });
    expect(compiled()).toBe(2);
    await cache.dispose();
  });

  test('is empty after a shape that cannot be compiled', async () => {
    const { cache, compiled } = countingCache();
    await expect(cache.get(model, { ...options, microBatch: 3 })).rejects.toThrow('batch does not fit');
    await cache.get(model, options);
    expect(compiled()).toBe(2);
    await cache.dispose();
  });
});

describe('runs one after another', () => {
  const root = mkdtempSync(join(tmpdir(), 'assay-cache-'));
  afterAll(() => rmSync(root, { recursive: true }));

  test('share one compilation, a failed run among them, and leave the bits of runs alone', async () => {
    const alone = await prepareSmallStudy(join(root, 'alone'), { proxy: { tokens: { budget: 8 * 4 * 32 } } });
    cpSync(join(root, 'alone'), join(root, 'together'), { recursive: true });
    const together = alone.map((folder) => join(root, 'together', 'runs', basename(folder)));
    const [failing] = await prepareSmallStudy(join(root, 'failing'), { proxy: { learningRate: 1e30 } });
    for (const folder of alone) await trainRun(folder);

    const { cache, compiled } = countingCache();
    const outcomes = [];
    for (const folder of [together[0]!, failing!, together[1]!]) {
      outcomes.push(await trainRun(folder, { trainers: cache }));
    }
    await cache.dispose();
    expect(outcomes.map(({ status }) => status)).toEqual(['done', 'failed', 'done']);
    expect(compiled()).toBe(1);
    for (const [i, folder] of together.entries())
      expect(await bitsOf(folder)).toEqual(await bitsOf(alone[i]!));
  });
});
