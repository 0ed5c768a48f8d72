/**
 * The embedded engine: a `Trainer` on ONNX Runtime.
 *
 * Parameters and moments live in two sets of buffers; a step reads one and writes the other. Results are a function of
 * state, windows, rate, micro-batch and threads, bit for bit on the same machine and build.
 */
import type { Tensor } from 'onnxruntime-node';
import { AssayError, ExitCode } from '../../errors.js';
import { type CompiledGraph, floatTensor, intTensor } from '../../graph/index.js';
import type { Model } from '../../model/index.js';
import type { StepResult, Trainer, TrainerOptions, TrainState } from '../engine.js';
import { rates } from './adamw.js';
import { PingPong } from './buffers.js';
import { compileGraphs, type TrainerGraphs } from './compile.js';
import { loadState } from './load-state.js';
import { named } from './step-graph.js';

type Feeds = Readonly<Record<string, Tensor>>;

/**
 * Compiles the graphs of a step. All values are zeros until a state is loaded.
 * @throws AssayError when microBatch does not divide batch, or the context is not the model's
 */
export async function compileOnnxTrainer(model: Model, options: TrainerOptions): Promise<Trainer> {
  const { batch, microBatch, context } = options;
  if (batch % microBatch !== 0 || context !== model.context) {
    throw new AssayError('trainer', 'batch does not fit', {
      expected: `a micro-batch that divides ${batch} and context ${model.context}`,
      got: `${microBatch} and ${context}`,
      exitCode: ExitCode.study,
    });
  }
  return new OnnxTrainer(model, options, await compileGraphs(model, options));
}

/**
 * A compiled trainer with a state in it.
 * @throws AssayError as `compileOnnxTrainer` and `Trainer.load`
 */
export async function createOnnxTrainer(
  model: Model,
  state: TrainState,
  options: TrainerOptions,
): Promise<Trainer> {
  const trainer = await compileOnnxTrainer(model, options);
  try {
    trainer.load(state);
  } catch (error) {
    await trainer.dispose();
    throw error;
  }
  return trainer;
}

class OnnxTrainer implements Trainer {
  private stepsDone = 0;
  /** Parameters and moments, under the names of the step's inputs. */
  private readonly values: PingPong;
  /** Loss and gradients summed over the micro-batches of a step. */
  private readonly sums: PingPong;

  constructor(
    private readonly model: Model,
    private readonly options: TrainerOptions,
    private readonly graphs: TrainerGraphs,
  ) {
    const { parameters } = model;
    const keys = [(name: string) => name, named.firstMoment, named.secondMoment];
    this.values = new PingPong(
      new Map(parameters.flatMap(({ name, shape }) => keys.map((key) => [key(name), shape] as const))),
    );
    const gradients = parameters.map(({ name, shape }) => [named.gradient(name), shape] as const);
    this.sums = new PingPong(new Map('whole' in graphs.step ? [] : [[named.loss, []], ...gradients]));
  }

  load(state: TrainState): void {
    loadState(this.model, state, this.values);
    this.stepsDone = state.step;
  }

  async step(windows: Int32Array, learningRate: number): Promise<StepResult> {
    const { batch, optimizer } = this.options;
    const { context } = this.model;
    requireLength('step windows', windows, batch * (context + 1));
    // Each token weighs 1 / tokens of the batch, so that losses and gradients of micro-batches add up to the mean.
    const weight = 1 / (batch * context);
    const scalars = Object.entries(rates(optimizer, learningRate, this.stepsDone + 1));
    const rateFeeds = Object.fromEntries(
      scalars.map(([name, value]) => [`rate:${name}`, floatTensor(Float32Array.of(value), [])]),
    );
    const gradientNorm = floatTensor(new Float32Array(1), []);
    const next = { ...this.values.results(named.next), [named.gradientNorm]: gradientNorm };
    const { step } = this.graphs;

    let loss: number;
    if ('whole' in step) {
      const result = floatTensor(new Float32Array(1), []);
      const feeds = { ...this.values.feeds, ...rateFeeds, ...this.batchFeeds(windows, weight) };
      await step.whole.run(feeds, { ...next, [named.loss]: result });
      loss = Number(result.data[0]);
    } else {
      await this.accumulate(step.accumulate, windows, weight);
      const { [named.loss]: total, ...gradients } = this.sums.feeds;
      await step.update.run({ ...this.values.feeds, ...rateFeeds, ...gradients }, next);
      loss = Number(total!.data[0]);
    }
    this.values.swap();
    this.stepsDone += 1;
    return { lossNats: loss, gradientNorm: Number(gradientNorm.data[0]) };
  }

  async tokenLosses(windows: Int32Array): Promise<Float32Array> {
    const { microBatch } = this.options;
    const { context } = this.model;
    const count = windows.length / (context + 1);
    requireLength('evaluation windows', windows, Math.max(1, Math.ceil(count)) * (context + 1));
    const losses = new Float32Array(count * context);
    for (let first = 0; first < count; first += microBatch) {
      // A graph has a fixed batch: the last chunk is filled up with token 0, and those losses are left out.
      const chunk = new Int32Array(microBatch * (context + 1));
      chunk.set(windows.subarray(first * (context + 1), (first + microBatch) * (context + 1)));
      const result = new Float32Array(microBatch * context);
      await this.graphs.forward.run(
        { ...this.parameterFeeds(), ...this.batchFeeds(chunk, 1) },
        { tokenLosses: floatTensor(result, [microBatch, context]) },
      );
      losses.set(result.subarray(0, Math.min(microBatch, count - first) * context), first * context);
    }
    return losses;
  }

  state(): TrainState {
    const copies = (key: (name: string) => string): Map<string, Float32Array> =>
      new Map(this.model.parameters.map(({ name }) => [name, this.values.data(key(name)).slice()]));
    return {
      step: this.stepsDone,
      parameters: copies((name) => name),
      firstMoments: copies(named.firstMoment),
      secondMoments: copies(named.secondMoment),
    };
  }

  async dispose(): Promise<void> {
    const { forward, step } = this.graphs;
    for (const graph of [forward, ...Object.values(step)]) await graph.dispose();
  }

  /** Leaves the mean loss of the batch and its gradient in `sums`. */
  private async accumulate(graph: CompiledGraph, windows: Int32Array, weight: number): Promise<void> {
    const span = this.options.microBatch * (this.model.context + 1);
    this.sums.clear();
    for (let start = 0; start < windows.length; start += span) {
      const batch = this.batchFeeds(windows.subarray(start, start + span), weight);
      const feeds = { ...this.parameterFeeds(), ...this.sums.feeds, ...batch };
      await graph.run(feeds, this.sums.results(named.next));
      this.sums.swap();
    }
  }

  private parameterFeeds(): Feeds {
    return Object.fromEntries(this.model.parameters.map(({ name }) => [name, this.values.feeds[name]!]));
  }

  private batchFeeds(windows: Int32Array, weight: number): Feeds {
    const { microBatch, context } = this.options;
    return {
      windows: intTensor(windows, [microBatch, context + 1]),
      weights: floatTensor(new Float32Array(microBatch * context).fill(weight), [microBatch, context]),
    };
  }
}

function requireLength(subject: string, windows: Int32Array, expected: number): void {
  if (windows.length !== expected) {
    throw new AssayError(subject, 'wrong length', {
      expected: `${expected} tokens`,
      got: String(windows.length),
    });
  }
}
