/** Compiles a graph for ONNX Runtime and calls it. Use in the main thread of a process only. */
import * as ort from 'onnxruntime-node';
import { type Graph, leavesOf } from './graph.js';
import { graphToOnnx } from './onnx/index.js';
import { sizeOf } from './shapes/index.js';

// Unless told not to, ONNX Runtime reports its use over the network and leaves a log in the temporary folder.
process.env.ORT_DISABLE_TELEMETRY ??= '1';

export type Array32 = Float32Array | Int32Array;

export interface CompileOptions {
  /** Default 1. Part of what decides the bits of a result. */
  threads?: number;
  /** Writes a profile to `<prefix>_<time>.json` when the graph is disposed of. */
  profilePrefix?: string;
}

export type Session = ort.InferenceSession;

export function createSession(
  model: Uint8Array,
  { threads = 1, profilePrefix }: CompileOptions,
): Promise<ort.InferenceSession> {
  return ort.InferenceSession.create(model, {
    executionProviders: ['cpu'],
    executionMode: 'sequential',
    // Threads take smaller blocks as a loop nears its end, so that one that was held up does not hold up the others.
    extra: { session: { dynamic_block_base: '4' } },
    // A pattern is one block as large as the peak, beside the pieces that the first call took: a third more memory.
    enableMemPattern: false,
    graphOptimizationLevel: 'all',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
    ...(profilePrefix === undefined ? {} : { enableProfiling: true, profileFilePrefix: profilePrefix }),
  });
}

export class CompiledGraph {
  private constructor(
    private readonly graph: Graph,
    private readonly session: ort.InferenceSession,
    private readonly profiling: boolean,
  ) {}

  static async compile(graph: Graph, options: CompileOptions = {}): Promise<CompiledGraph> {
    const session = await createSession(graphToOnnx(graph), options);
    return new CompiledGraph(graph, session, options.profilePrefix !== undefined);
  }

  /**
   * Reads and writes tensors that the caller owns; the results land in `results`.
   * @param feeds every parameter and input by name
   */
  async run(
    feeds: Readonly<Record<string, ort.Tensor>>,
    results: Readonly<Record<string, ort.Tensor>>,
  ): Promise<void> {
    await this.session.run(feeds, results);
  }

  /** The simple form: arrays in, fresh float32 arrays out. */
  async call(feeds: Readonly<Record<string, Array32>>): Promise<Record<string, Float32Array>> {
    const leaves = [...leavesOf(this.graph, 'parameter').values(), ...leavesOf(this.graph, 'input').values()];
    const tensors = leaves.map(
      ({ attributes: { name }, shape, dtype }) =>
        [name, new ort.Tensor(dtype, feeds[name] as Float32Array, shape)] as const,
    );
    const results = Object.entries(this.graph.outputs).map(
      ([name, { shape }]) => [name, floatTensor(new Float32Array(sizeOf(shape)), shape)] as const,
    );
    await this.run(Object.fromEntries(tensors), Object.fromEntries(results));
    return Object.fromEntries(results.map(([name, tensor]) => [name, tensor.data as Float32Array]));
  }

  async dispose(): Promise<void> {
    if (this.profiling) this.session.endProfiling();
    await this.session.release();
  }
}

export const floatTensor = (data: Float32Array, shape: readonly number[]): ort.Tensor =>
  new ort.Tensor('float32', data, shape);
/** A scalar of int64. */
export const wideTensor = (value: number): ort.Tensor =>
  new ort.Tensor('int64', BigInt64Array.of(BigInt(value)), []);
export const intTensor = (data: Int32Array, shape: readonly number[]): ort.Tensor =>
  new ort.Tensor('int32', data, shape);
