/** Losses of tokens under any weights of a model, without training. */
import type { Tensor } from 'onnxruntime-node';
import { AssayError } from '../../errors.js';
import { CompiledGraph, eliminateDeadCode, floatTensor, intTensor } from '../../graph/index.js';
import type { Model } from '../../model/index.js';
import type { TrainerOptions } from '../engine.js';

export class ForwardPass {
  private constructor(
    private readonly graph: CompiledGraph,
    private readonly microBatch: number,
    private readonly context: number,
  ) {}

  static async compile(
    model: Model,
    { microBatch, context, threads }: Pick<TrainerOptions, 'microBatch' | 'context' | 'threads'>,
  ): Promise<ForwardPass> {
    const graph = eliminateDeadCode(model.forward(microBatch), ['tokenLosses']);
    return new ForwardPass(await CompiledGraph.compile(graph, { threads }), microBatch, context);
  }

  /**
   * @param parameters by name
   * @param windows Int32 [n, context + 1], any n ≥ 1
   * @returns Float32 [n, context], nats
   */
  async tokenLosses(
    parameters: Readonly<Record<string, Tensor>>,
    windows: Int32Array,
  ): Promise<Float32Array> {
    const { microBatch, context } = this;
    const count = windows.length / (context + 1);
    requireLength('evaluation windows', windows, Math.max(1, Math.ceil(count)) * (context + 1));
    const shape = [microBatch, context];
    const weights = floatTensor(new Float32Array(microBatch * context).fill(1), shape);
    const losses = new Float32Array(count * context);
    for (let first = 0; first < count; first += microBatch) {
      // A graph has a fixed batch: the last chunk is filled up with token 0, and those losses are left out.
      const chunk = new Int32Array(microBatch * (context + 1));
      chunk.set(windows.subarray(first * (context + 1), (first + microBatch) * (context + 1)));
      const result = new Float32Array(microBatch * context);
      await this.graph.run(
        { ...parameters, windows: intTensor(chunk, [microBatch, context + 1]), weights },
        { tokenLosses: floatTensor(result, shape) },
      );
      losses.set(result.subarray(0, Math.min(microBatch, count - first) * context), first * context);
    }
    return losses;
  }

  async dispose(): Promise<void> {
    await this.graph.dispose();
  }
}

/** @throws AssayError when there are more or fewer tokens than expected */
export function requireLength(subject: string, windows: Int32Array, expected: number): void {
  if (windows.length === expected) return;
  throw new AssayError(subject, 'wrong length', {
    expected: `${expected} tokens`,
    got: String(windows.length),
  });
}
