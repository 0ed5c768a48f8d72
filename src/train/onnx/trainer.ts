/**
 * The embedded engine: a `Trainer` on ONNX Runtime.
 *
 * Parameters and moments live in two sets of buffers; a step reads one and writes the other. Results are a function of
 * state, windows, rate, micro-batch and threads, bit for bit on the same machine and build.
 */
import { AssayError, ExitCode } from '../../errors.js';
import { CompiledGraph, eliminateDeadCode, floatTensor, intTensor } from '../../graph/index.js';
import type { Model } from '../../model/index.js';
import type { StepResult, Trainer, TrainerOptions, TrainState } from '../engine.js';
import { rates } from './adamw.js';
import { PingPong } from './buffers.js';
import { accumulateGraph, named, updateGraph } from './step-graph.js';

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
  const accumulating = batch > microBatch;
  const compile = (graph: Parameters<typeof CompiledGraph.compile>[0]): Promise<CompiledGraph> =>
    CompiledGraph.compile(graph, { threads });
  const forward = await compile(eliminateDeadCode(model.forward(microBatch), ['tokenLosses']));
  const update = await compile(updateGraph(model, microBatch, optimizer, accumulating));
  const accumulate = accumulating ? await compile(accumulateGraph(model, microBatch)) : undefined;
  return new OnnxTrainer(model, state, options, { forward, update, accumulate });
}

interface Graphs {
  forward: CompiledGraph;
  update: CompiledGraph;
  accumulate: CompiledGraph | undefined;
}

class OnnxTrainer implements Trainer {
  private stepsDone: number;
  /** Parameters and moments, under the names of the update graph. */
  private readonly values: PingPong;
  /** Loss and gradients summed over the micro-batches of a step. */
  private readonly sums: PingPong;

  constructor(
    private readonly model: Model,
    state: TrainState,
    private readonly options: TrainerOptions,
    private readonly graphs: Graphs,
  ) {
    this.stepsDone = state.step;
    this.values = new PingPong(
      new Map(
        model.parameters.flatMap(({ name, shape }) =>
          [name, named.firstMoment(name), named.secondMoment(name)].map((key) => [key, shape] as const),
        ),
      ),
    );
    const sums = model.parameters.map(({ name, shape }) => [named.gradient(name), shape] as const);
    this.sums = new PingPong(new Map([[named.loss, []], ...(graphs.accumulate === undefined ? [] : sums)]));
    for (const { name } of model.parameters) {
      this.load(name, name, state.parameters, 'required');
      this.load(named.firstMoment(name), name, state.firstMoments, 'optional');
      this.load(named.secondMoment(name), name, state.secondMoments, 'optional');
    }
  }

  async step(windows: Int32Array, learningRate: number): Promise<StepResult> {
    const { batch, microBatch, optimizer } = this.options;
    const { context } = this.model;
    const span = microBatch * (context + 1);
    requireLength('step windows', windows, batch * (context + 1));

    for (const name of Object.keys(this.sums.feeds)) this.sums.data(name).fill(0);
    const weights = this.tokenWeights(1 / (batch * context));
    let start = 0;
    if (this.graphs.accumulate !== undefined) {
      for (; start + span < windows.length; start += span) {
        const feeds = {
          ...this.parameterFeeds(),
          ...this.sums.feeds,
          ...this.windowFeeds(windows.subarray(start, start + span)),
          weights,
        };
        await this.graphs.accumulate.run(feeds, this.sums.results(named.next));
        this.sums.swap();
      }
    }

    const norm = floatTensor(new Float32Array(1), []);
    const scalars = Object.entries(rates(optimizer, learningRate, this.stepsDone + 1));
    const feeds = {
      ...this.values.feeds,
      ...(this.graphs.accumulate === undefined ? {} : this.sums.feeds),
      ...this.windowFeeds(windows.subarray(start)),
      ...Object.fromEntries(
        scalars.map(([name, value]) => [`rate:${name}`, floatTensor(Float32Array.of(value), [])]),
      ),
      weights,
    };
    const loss = floatTensor(new Float32Array(1), []);
    await this.graphs.update.run(feeds, {
      ...this.values.results(named.next),
      [named.next(named.loss)]: loss,
      [named.gradientNorm]: norm,
    });
    this.values.swap();
    this.stepsDone += 1;
    return { lossNats: Number(loss.data[0]), gradientNorm: Number(norm.data[0]) };
  }

  async tokenLosses(windows: Int32Array): Promise<Float32Array> {
    const { microBatch } = this.options;
    const { context } = this.model;
    const count = windows.length / (context + 1);
    requireLength('evaluation windows', windows, Math.max(1, Math.ceil(count)) * (context + 1));
    const losses = new Float32Array(count * context);
    const weights = this.tokenWeights(1);
    for (let first = 0; first < count; first += microBatch) {
      // A graph has a fixed batch: the last chunk is filled up with token 0, and those losses are left out.
      const chunk = new Int32Array(microBatch * (context + 1));
      chunk.set(windows.subarray(first * (context + 1), (first + microBatch) * (context + 1)));
      const result = new Float32Array(microBatch * context);
      const feeds = { ...this.parameterFeeds(), ...this.windowFeeds(chunk), weights };
      await this.graphs.forward.run(feeds, { tokenLosses: floatTensor(result, [microBatch, context]) });
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
    await this.graphs.forward.dispose();
    await this.graphs.update.dispose();
    await this.graphs.accumulate?.dispose();
  }

  private parameterFeeds(): Record<string, ReturnType<typeof floatTensor>> {
    return Object.fromEntries(this.model.parameters.map(({ name }) => [name, this.values.feeds[name]!]));
  }

  private windowFeeds(windows: Int32Array): { windows: ReturnType<typeof intTensor> } {
    return { windows: intTensor(windows, [this.options.microBatch, this.model.context + 1]) };
  }

  private tokenWeights(weight: number): ReturnType<typeof floatTensor> {
    const shape = [this.options.microBatch, this.model.context];
    return floatTensor(new Float32Array(shape[0]! * shape[1]!).fill(weight), shape);
  }

  private load(
    key: string,
    name: string,
    source: ReadonlyMap<string, Float32Array>,
    need: 'required' | 'optional',
  ): void {
    const values = source.get(name);
    const target = this.values.data(key);
    if (values === undefined && need === 'optional') return;
    if (values?.length !== target.length) {
      throw new AssayError(`parameter "${name}"`, 'does not fit the model', {
        expected: `${target.length} values`,
        got: values === undefined ? 'none' : `${values.length}`,
      });
    }
    target.set(values);
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
