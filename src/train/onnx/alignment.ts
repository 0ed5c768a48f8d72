/**
 * Inner products of a training step's gradient with the gradients of other losses, all at the parameters before it.
 *
 * The step's own gradient g stays inside its graph, where many steps go by in one call. What the step does to Adam's
 * first moment, m′ = β₁m + (1 − β₁)·f·g with the factor f of the clip, gives it back without another pass over the batch:
 * g = (m′ − β₁m) / ((1 − β₁)·f). Each entry is as exact as float32 holds m′, and errors of entries cancel in a product.
 */
import { build, CompiledGraph } from '../../graph/index.js';
import { gradientProductsGraph, type Model } from '../../model/index.js';
import type { OptimizerSpec } from '../../records.js';
import { passes, type WeightedWindows } from '../../validation/index.js';
import type { TrainerOptions } from '../engine.js';

type Arrays = ReadonlyMap<string, Float32Array>;

/**
 * The gradient of a step before clipping, by parameter.
 * @param before first moments before the step
 * @param after those after it
 * @param gradientNorm of the step, before clipping
 */
export function gradientOfStep(
  before: Arrays,
  after: (name: string) => Float32Array,
  gradientNorm: number,
  { beta1, gradientClip }: OptimizerSpec,
): Arrays {
  const scale = Math.max(gradientClip, gradientNorm) / gradientClip / (1 - beta1);
  return new Map(
    [...before].map(([name, earlier]) => {
      const later = after(name);
      return [name, earlier.map((m, i) => (later[i]! - beta1 * m) * scale)] as const;
    }),
  );
}

/** A graph a size of pass, compiled when first used and kept until `dispose`. */
export class AlignmentGraphs {
  private readonly graphs = new Map<number, Promise<CompiledGraph>>();

  constructor(
    private readonly model: Model,
    private readonly options: Pick<TrainerOptions, 'microBatch' | 'threads'>,
  ) {}

  /**
   * ∇loss(parameters) · vector.
   * @param vector by parameter name
   */
  async product(parameters: Arrays, vector: Arrays, loss: WeightedWindows): Promise<number> {
    // As few passes as the micro-batch allows, of equal size.
    const size = Math.ceil(loss.count / Math.ceil(loss.count / this.options.microBatch));
    const graph = await this.graph(size);
    const feeds = Object.fromEntries([
      ...parameters,
      ...[...vector].map(([name, values]) => [`vector:${name}`, values] as const),
    ]);
    let total = 0;
    for (const pass of passes(loss, size)) {
      const { along } = await graph.call({ ...feeds, ...pass });
      for (const value of along!) total += value;
    }
    return total;
  }

  async dispose(): Promise<void> {
    for (const graph of this.graphs.values()) await (await graph).dispose();
  }

  private graph(size: number): Promise<CompiledGraph> {
    const compiled =
      this.graphs.get(size) ??
      CompiledGraph.compile(
        gradientProductsGraph(this.model.forward(size), {
          along: (gradient, array) => build.multiply(array('vector'), gradient),
        }),
        { threads: this.options.threads },
      );
    this.graphs.set(size, compiled);
    return compiled;
  }
}
