/** What the gradient of each window alone has to do with a vector and with itself. */
import { build, CompiledGraph } from '../graph/index.js';
import { type GradientProduct, gradientProductsGraph, type Model } from '../model/index.js';
import type { Products } from './derivatives.js';
import type { Vector } from './vector.js';

const { multiply } = build;
const kinds = {
  squares: (g) => multiply(g, g),
  metricSquares: (g, array) => multiply(multiply(g, array('metric')), g),
  along: (g, array) => multiply(array('vector'), g),
  metricAlong: (g, array) => multiply(multiply(g, array('metric')), array('vector')),
} satisfies Record<keyof Products, GradientProduct>;
const kindNames = Object.keys(kinds) as (keyof Products)[];

/** Compiled once; every window has a backward pass to itself, so that the products are exact. */
export class ExampleProducts {
  private constructor(
    private readonly model: Model,
    private readonly graph: CompiledGraph,
  ) {}

  static async compile(model: Model, { threads }: { threads: number }): Promise<ExampleProducts> {
    const graph = gradientProductsGraph(model.forward(1), kinds);
    return new ExampleProducts(model, await CompiledGraph.compile(graph, { threads }));
  }

  /** @param windows [n, context + 1] */
  async of(
    parameters: Vector,
    { vector, metric }: { vector: Vector; metric: Vector },
    windows: Int32Array,
  ): Promise<Products> {
    const length = this.model.context + 1;
    const count = windows.length / length;
    const empty = (): Float64Array => new Float64Array(count);
    const products: Products = {
      squares: empty(),
      metricSquares: empty(),
      along: empty(),
      metricAlong: empty(),
    };
    const named = (prefix: string, values: Vector) =>
      [...values].map(([name, array]) => [`${prefix}:${name}`, array] as const);
    const feeds = {
      ...Object.fromEntries([...parameters, ...named('vector', vector), ...named('metric', metric)]),
      weights: new Float32Array(this.model.context).fill(1 / this.model.context),
    };
    for (let i = 0; i < count; i++) {
      const window = windows.subarray(i * length, (i + 1) * length);
      const outputs = await this.graph.call({ ...feeds, windows: window });
      for (const kind of kindNames) products[kind][i] = total(outputs[kind]!);
    }
    return products;
  }

  dispose(): Promise<void> {
    return this.graph.dispose();
  }
}

const total = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0);
