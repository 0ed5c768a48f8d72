/**
 * The embedded engine: a `Trainer` on ONNX Runtime.
 *
 * Parameters and moments live in two sets of buffers; a step reads one and writes the other. Results are a function of
 * state, windows, rate, micro-batch and threads, bit for bit on the same machine and build.
 */
import type { Tensor } from 'onnxruntime-node';
import { AssayError, ExitCode } from '../../errors.js';
import { CompiledGraph, eliminateDeadCode, floatTensor, type Graph, intTensor } from '../../graph/index.js';
import type { Model } from '../../model/index.js';
import type { StepResult, Trainer, TrainerOptions, TrainState } from '../engine.js';
import { rates } from './adamw.js';
import { PingPong } from './buffers.js';
import { loadState } from './load-state.js';
import { accumulateGraph, named, stepGraph, updateGraph } from './step-graph.js';

type Feeds = Readonly<Record<string, Tensor>>;

/** The compiled graphs; see step-graph.ts for the two ways to step. */
interface Graphs {
  forward: CompiledGraph;
  step: { whole: CompiledGraph } | { accumulate: CompiledGraph; update: CompiledGraph };
}

/**
 * @param state copied; a parameter without moments starts with zeros
 * @throws AssayError when the state does not fit the model, or microBatch does not divide batch
 */
export async function createOnnxTrainer(
  model: Model,
  state: TrainState,
  options: TrainerOptions,
): Promise<Trainer> {
  const { batch, microBatch, threads, optimizer } = options;
  if (batch % microBatch !== 0 || options.context !== model.context) {
    throw new AssayError('trainer', 'batch does not fit', {
      expected: `a micro-batch that divides ${batch} and context ${model.context}`,
      got: `${microBatch} and ${options.context}`,
      exitCode: ExitCode.study,
    });
  }
  const values = new PingPong(
    new Map(
      model.parameters.flatMap(({ name, shape }) =>
        [name, named.firstMoment(name), named.secondMoment(name)].map((key) => [key, shape] as const),
      ),
    ),
  );
  loadState(model, state, values);
  const compile = (graph: Graph): Promise<CompiledGraph> => CompiledGraph.compile(graph, { threads });
  const graphs: Graphs = {
    forward: await compile(eliminateDeadCode(model.forward(microBatch), ['tokenLosses'])),
    step:
      microBatch === batch
        ? { whole: await compile(stepGraph(model, batch, optimizer)) }
        : {
            accumulate: await compile(accumulateGraph(model, microBatch)),
            update: await compile(updateGraph(model, optimizer)),
          },
  };
  return new OnnxTrainer(model, state.step, values, options, graphs);
}

class OnnxTrainer implements Trainer {
  /** Loss and gradients summed over the micro-batches of a step. */
  private readonly sums: PingPong;

  /** @param values parameters and moments, under the names of the step's inputs */
  constructor(
    private readonly model: Model,
    private stepsDone: number,
    private readonly values: PingPong,
    private readonly options: TrainerOptions,
    private readonly graphs: Graphs,
  ) {
    const gradients = model.parameters.map(({ name, shape }) => [named.gradient(name), shape] as const);
    this.sums = new PingPong(new Map('whole' in graphs.step ? [] : [[named.loss, []], ...gradients]));
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
