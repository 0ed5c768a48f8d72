/**
 * Steps of a large model: the gradients in one call, then AdamW slice by slice.
 *
 * A slice and all that its update computes fit into a cache, and what the Node binding copies is a slice at a time; in
 * one piece, the update of 124 million parameters would take as long as a pass, and 3 GB more.
 */
import type { Tensor } from 'onnxruntime-node';
import {
  type CompileOptions,
  createSession,
  Emitter,
  floatTensor,
  intTensor,
  modelOf,
  type Session,
  valueInfo,
  writeGraph,
} from '../../graph/index.js';
import type { Model } from '../../model/index.js';
import type { OptimizerSpec } from '../../records.js';
import type { StepResult } from '../engine.js';
import { rateNames, rates } from './adamw.js';
import { emitGradients } from './emit-gradients.js';
import { named, normGraph, sliceGraph } from './step-graph.js';
import { type StepBatch, type Stepper, type StepperOptions, weightsShape } from './stepper.js';
import type { Values } from './values.js';

/** Numbers in a slice: 1 MiB of each array. */
const sliceLength = 2 ** 18;

export class SlicedSteps implements Stepper {
  private constructor(
    private readonly model: Model,
    private readonly options: StepperOptions,
    private readonly gradients: Session,
    private readonly update: Session,
  ) {}

  static async compile(model: Model, options: StepperOptions, compile: CompileOptions): Promise<SlicedSteps> {
    return new SlicedSteps(
      model,
      options,
      await createSession(gradientProgram(model, options), compile),
      await createSession(sliceProgram(options.optimizer), compile),
    );
  }

  async run(values: Values, batch: StepBatch): Promise<StepResult[]> {
    const results: StepResult[] = [];
    const size = batch.windows.length / batch.learningRates.length;
    for (const [i, learningRate] of batch.learningRates.entries()) {
      const windows = batch.windows.subarray(i * size, (i + 1) * size);
      results.push(await this.step(values, windows, batch.weights, learningRate, batch.stepsDone + i + 1));
    }
    return results;
  }

  async dispose(): Promise<void> {
    await this.gradients.release();
    await this.update.release();
  }

  private async step(
    values: Values,
    windows: Int32Array,
    weights: Tensor,
    learningRate: number,
    number: number,
  ): Promise<StepResult> {
    const { batch, microBatch, context, optimizer } = this.options;
    const shape = [batch / microBatch, microBatch, context + 1];
    const results = await this.gradients.run({
      ...values.parameters,
      windows: intTensor(windows, shape),
      weights,
    });
    const norm = results[named.gradientNorm]!;
    const scalar = (value: number): Tensor => floatTensor(Float32Array.of(value), []);
    const rate = rates(optimizer, learningRate, number);
    for (const { name, decay } of this.model.parameters) {
      const gradient = results[named.gradient(name)]!.data as Float32Array;
      for (let start = 0; start < gradient.length; start += sliceLength) {
        const part = (array: Float32Array): Tensor => {
          const slice = array.subarray(start, start + sliceLength);
          return floatTensor(slice, [slice.length]);
        };
        const slot = {
          parameter: part(values.data(name)),
          firstMoment: part(values.data(named.firstMoment(name))),
          secondMoment: part(values.data(named.secondMoment(name))),
        };
        const next = Object.entries(slot).map(([key, tensor]) => [named.next(key), tensor]);
        await this.update.run(
          {
            ...slot,
            gradient: part(gradient),
            [named.gradientNorm]: norm,
            [rateNames.stepSize]: scalar(rate.stepSize),
            [rateNames.epsilon]: scalar(rate.epsilon),
            [rateNames.keep]: scalar(decay ? rate.keep : 1),
          },
          Object.fromEntries(next),
        );
      }
    }
    return { lossNats: Number(results[named.loss]!.data[0]), gradientNorm: Number(norm.data[0]) };
  }
}

/** Inputs: parameters, `windows` [passes, microBatch, context + 1], `weights`. Outputs: loss, norm and gradients. */
function gradientProgram(model: Model, options: StepperOptions): Uint8Array {
  const { batch, microBatch, context } = options;
  const emitter = new Emitter();
  const gradients = emitGradients(emitter, model, options, 'windows', (name) => name);
  const norm = writeGraph(emitter, normGraph(model), (leaf) => gradients.get(leaf)!);
  emitter.nameOutputs([...gradients, ...norm]);
  const shapes = model.parameters.map(({ name, shape }) => [named.gradient(name), shape] as const);
  return modelOf(emitter, {
    inputs: [
      ...model.parameters.map(({ name, shape }) => valueInfo(name, shape, 'float32')),
      valueInfo('windows', [batch / microBatch, microBatch, context + 1], 'int32'),
      valueInfo('weights', weightsShape(options), 'float32'),
    ],
    outputs: [[named.loss, []] as const, [named.gradientNorm, []] as const, ...shapes].map(([name, shape]) =>
      valueInfo(name, shape, 'float32'),
    ),
  });
}

/** `sliceGraph` for arrays of any length. */
function sliceProgram(optimizer: OptimizerSpec): Uint8Array {
  const graph = sliceGraph(optimizer);
  const emitter = new Emitter();
  emitter.nameOutputs([...writeGraph(emitter, graph)]);
  const array = (name: string) => valueInfo(name, ['length'], 'float32');
  const scalars = [named.gradientNorm, ...Object.values<string>(rateNames)];
  return modelOf(emitter, {
    inputs: [
      ...['parameter', 'firstMoment', 'secondMoment', 'gradient'].map(array),
      ...scalars.map((name) => valueInfo(name, [], 'float32')),
    ],
    outputs: Object.keys(graph.outputs).map(array),
  });
}
