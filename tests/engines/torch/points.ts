/** A point of training, as both engines see it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { graphToJson } from '../../../src/graph/index.js';
import type { Model } from '../../../src/model/index.js';
import { type DerivativeOptions, OnnxDerivatives, TorchDerivatives } from '../../../src/rate/index.js';
import type { TorchEngine } from '../../../src/records.js';
import { type Tensor, writeSafetensors } from '../../../src/store/index.js';
import type { TrainState } from '../../../src/train/index.js';

export const engine: TorchEngine = {
  name: 'torch',
  precision: 'fp32',
  device: 'cpu',
  compile: 'never',
  stack: 1,
  ...(process.env.ASSAY_PYTHON && { python: process.env.ASSAY_PYTHON }),
};

/** Three windows of a batch of five leave a pass that is not full. */
export const options: DerivativeOptions = {
  microBatch: 4,
  threads: 1,
  optimizer: { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1, gradientClip: 1 },
};

export type Values = Map<string, Float32Array>;

/** Of a point after one step, with moments of every size. */
export function stateOf(parameters: Values): TrainState {
  const moments = (change: (x: number) => number): Values =>
    new Map([...parameters].map(([name, values]) => [name, values.map(change)]));
  return {
    step: 1,
    parameters,
    firstMoments: moments((x) => 1e-2 * x),
    secondMoments: moments((x) => 1e-4 * x * x),
  };
}

export const embedded = (model: Model, state: TrainState): OnnxDerivatives =>
  new OnnxDerivatives(model, state, options);

/** Writes what a run leaves, and starts a process for it. */
export async function torch(
  folder: string,
  model: Model,
  state: TrainState,
  more: { signal?: AbortSignal } = {},
): Promise<TorchDerivatives> {
  return TorchDerivatives.open(model, {
    ...options,
    engine,
    ...(await writePoint(folder, model, state)),
    ...more,
  });
}

export async function writePoint(folder: string, model: Model, state: TrainState) {
  mkdirSync(folder, { recursive: true });
  const [graph, checkpoint] = ['graph.json', 'checkpoint.safetensors'].map((file) => join(folder, file)) as [
    string,
    string,
  ];
  writeFileSync(graph, JSON.stringify(graphToJson(model.forward(options.microBatch))));
  const tensors = new Map<string, Tensor>();
  for (const { name, shape } of model.parameters) {
    tensors.set(name, { shape, data: state.parameters.get(name)! });
    for (const [kind, moments] of [
      ['first', state.firstMoments],
      ['second', state.secondMoments],
    ] as const) {
      const data = moments.get(name);
      if (data !== undefined) tensors.set(`optimizer.${kind}.${name}`, { shape, data });
    }
  }
  await writeSafetensors(checkpoint, tensors, { step: `${state.step}` });
  return { graph, checkpoint };
}

/** ‖found − expected‖ / ‖expected‖ over all parameters. */
export function distance(found: Values, expected: Values): number {
  let [difference, size] = [0, 0];
  for (const [name, values] of expected) {
    const other = found.get(name)!;
    for (const [i, x] of values.entries()) {
      difference += (other[i]! - x) ** 2;
      size += x ** 2;
    }
  }
  return Math.sqrt(difference / size);
}
