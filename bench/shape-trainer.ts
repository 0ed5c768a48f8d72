/** A step of a shape, as a run takes it: same initial weights, windows and rate in every benchmark. */
import { initialise, type Model } from '../src/model/index.js';
import { Random } from '../src/random.js';
import { createOnnxTrainer } from '../src/train/onnx/index.js';
import type { Shape } from './shapes.js';

/** Of a benchmark that measures one process. */
export const threads = 2;
export const optimizer = { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1, gradientClip: 1 };
/** Small enough that a benchmark's steps, all on the same windows, stay far from a loss of 0. */
export const learningRate = 1e-4;

/** Initial weights by parameter name. */
export const initialWeights = (model: Model): Map<string, Float32Array> =>
  initialise(model, Random.fromSeed(0));

/** Random tokens, Int32 [batch, context + 1]. */
export function windowsOf({ batch, context, vocabularySize }: Shape): Int32Array {
  const random = Random.fromSeed(1);
  return Int32Array.from({ length: batch * (context + 1) }, () => random.below(vocabularySize));
}

export interface Split {
  batch: number;
  microBatch: number;
}

export type TakeSteps = (count: number) => Promise<number>;

/** @returns a function that takes so many steps in one call and gives the last one's loss, nats per token */
export async function shapeTrainer(
  shape: Shape,
  model: Model,
  split: Split,
  threadCount = threads,
): Promise<TakeSteps> {
  const state = {
    step: 0,
    parameters: initialWeights(model),
    firstMoments: new Map(),
    secondMoments: new Map(),
  };
  const options = { ...split, context: shape.context, threads: threadCount, optimizer };
  const trainer = await createOnnxTrainer(model, state, options);
  const windows = windowsOf({ ...shape, batch: split.batch });
  return async (count) => {
    const all = new Int32Array(count * windows.length);
    for (let i = 0; i < count; i++) all.set(windows, i * windows.length);
    const results = await trainer.steps(all, Array<number>(count).fill(learningRate));
    return results.at(-1)!.lossNats;
  };
}
