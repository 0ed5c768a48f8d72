/** Gradients and Hessian-vector products of a weighted loss, for any number of windows in passes of a fixed size. */
import { CompiledGraph, differentiate, eliminateDeadCode } from '../graph/index.js';
import { hessianVectorGraph, type Model } from '../model/index.js';
import { passes, type WeightedWindows } from '../validation/index.js';
import { addTo, type Vector, zerosLike } from './vector.js';

export interface DerivativeOptions {
  /** Windows a pass. */
  passWindows: number;
  threads: number;
}

/** Graphs are compiled when first used, and kept until `dispose`. */
export class Derivatives {
  private gradientGraph: Promise<CompiledGraph> | undefined;
  private productGraph: Promise<CompiledGraph> | undefined;

  constructor(
    private readonly model: Model,
    private readonly options: DerivativeOptions,
  ) {}

  /** @param parameters of every name of the model */
  async gradient(parameters: Vector, loss: WeightedWindows): Promise<{ lossNats: number; gradient: Vector }> {
    this.gradientGraph ??= CompiledGraph.compile(
      eliminateDeadCode(differentiate(this.model.forward(this.options.passWindows), 'loss', this.names), [
        'loss',
        ...this.names.map((name) => `gradient:${name}`),
      ]),
      this.options,
    );
    const graph = await this.gradientGraph;
    const gradient = zerosLike(parameters);
    let lossNats = 0;
    for (const pass of passes(loss, this.options.passWindows)) {
      const outputs = await graph.call({ ...Object.fromEntries(parameters), ...pass });
      addTo(gradient, named(this.names, 'gradient', outputs), 1);
      lossNats += outputs.loss![0]!;
    }
    return { lossNats, gradient };
  }

  /** H·direction, exact (Pearlmutter 1994), for the Hessian H of the weighted loss. */
  async hessianProduct(parameters: Vector, loss: WeightedWindows, direction: Vector): Promise<Vector> {
    this.productGraph ??= CompiledGraph.compile(
      eliminateDeadCode(
        hessianVectorGraph(this.model.forward(this.options.passWindows)),
        this.names.map((name) => `product:${name}`),
      ),
      this.options,
    );
    const graph = await this.productGraph;
    const along = Object.fromEntries([...direction].map(([name, values]) => [`direction:${name}`, values]));
    const product = zerosLike(parameters);
    for (const pass of passes(loss, this.options.passWindows)) {
      const outputs = await graph.call({ ...Object.fromEntries(parameters), ...along, ...pass });
      addTo(product, named(this.names, 'product', outputs), 1);
    }
    return product;
  }

  async dispose(): Promise<void> {
    for (const graph of [this.gradientGraph, this.productGraph]) await (await graph)?.dispose();
  }

  private get names(): string[] {
    return this.model.parameters.map(({ name }) => name);
  }
}

const named = (names: readonly string[], prefix: string, outputs: Record<string, Float32Array>): Vector =>
  new Map(names.map((name) => [name, outputs[`${prefix}:${name}`]!]));
