/** The squared gradient norm of each window alone: what the trace of the per-example covariance is made of. */
import { build, CompiledGraph, type Graph, gradients, graphOf, leavesOf } from '../graph/index.js';
import type { Model } from '../model/index.js';
import type { Vector } from './vector.js';

/** Compiled once; every window has a backward pass to itself, so that the squares are exact. */
export class ExampleSquares {
  private constructor(
    private readonly model: Model,
    private readonly graph: CompiledGraph,
  ) {}

  static async compile(model: Model, { threads }: { threads: number }): Promise<ExampleSquares> {
    return new ExampleSquares(model, await CompiledGraph.compile(squaresGraph(model), { threads }));
  }

  /**
   * gᵀg and gᵀ·diag(metric)·g for the gradient g of each window's own mean loss.
   * @param windows [n, context + 1]
   * @returns each [n]
   */
  async of(
    parameters: Vector,
    metric: Vector,
    windows: Int32Array,
  ): Promise<{ plain: Float64Array; inMetric: Float64Array }> {
    const length = this.model.context + 1;
    const count = windows.length / length;
    const plain = new Float64Array(count);
    const inMetric = new Float64Array(count);
    const feeds = {
      ...Object.fromEntries(parameters),
      ...Object.fromEntries([...metric].map(([name, values]) => [`metric:${name}`, values])),
      weights: new Float32Array(this.model.context).fill(1 / this.model.context),
    };
    for (let i = 0; i < count; i++) {
      const outputs = await this.graph.call({
        ...feeds,
        windows: windows.subarray(i * length, (i + 1) * length),
      });
      plain[i] = total(outputs.plain!);
      inMetric[i] = total(outputs.inMetric!);
    }
    return { plain, inMetric };
  }

  dispose(): Promise<void> {
    return this.graph.dispose();
  }
}

/** Outputs `plain` and `inMetric`, each [parameters of the model]. */
function squaresGraph(model: Model): Graph {
  const forward = model.forward(1);
  const leaves = [...leavesOf(forward, 'parameter')];
  const found = gradients(
    forward.outputs.loss!,
    leaves.map(([, leaf]) => leaf),
  );
  const squares = found.map((gradient) => build.multiply(gradient, gradient));
  const summed = (tensors: typeof squares) =>
    build.concatenate(
      tensors.map((tensor) => build.reshape(build.sum(tensor), [1])),
      0,
    );
  const weighed = squares.map((square, i) =>
    build.multiply(square, build.input(`metric:${leaves[i]![0]}`, square.shape)),
  );
  return graphOf({ plain: summed(squares), inMetric: summed(weighed) });
}

const total = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0);
