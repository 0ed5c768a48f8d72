/** What the gradient of each window alone has to do with a vector and with itself. */
import {
  build,
  CompiledGraph,
  type Graph,
  gradients,
  graphOf,
  leavesOf,
  type Tensor,
} from '../graph/index.js';
import type { Model } from '../model/index.js';
import type { Vector } from './vector.js';

/** For the gradient g of each window's own mean loss, a vector u and a metric P: each [n]. */
export interface Products {
  /** gᵀg and gᵀPg. */
  squares: Float64Array;
  metricSquares: Float64Array;
  /** uᵀg and uᵀPg. */
  along: Float64Array;
  metricAlong: Float64Array;
}

const kinds = ['squares', 'metricSquares', 'along', 'metricAlong'] as const;

/** Compiled once; every window has a backward pass to itself, so that the products are exact. */
export class ExampleProducts {
  private constructor(
    private readonly model: Model,
    private readonly graph: CompiledGraph,
  ) {}

  static async compile(model: Model, { threads }: { threads: number }): Promise<ExampleProducts> {
    return new ExampleProducts(model, await CompiledGraph.compile(productsGraph(model), { threads }));
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
      for (const kind of kinds) products[kind][i] = total(outputs[kind]!);
    }
    return products;
  }

  dispose(): Promise<void> {
    return this.graph.dispose();
  }
}

/** Every output has an entry a parameter; they are added up in float64. */
function productsGraph(model: Model): Graph {
  const { multiply, input } = build;
  const forward = model.forward(1);
  const leaves = [...leavesOf(forward, 'parameter')];
  const found = gradients(
    forward.outputs.loss!,
    leaves.map(([, leaf]) => leaf),
  );
  const summed = (of: (gradient: Tensor, metric: Tensor, vector: Tensor) => Tensor): Tensor =>
    build.concatenate(
      found.map((gradient, i) => {
        const leaf = (prefix: string) => input(`${prefix}:${leaves[i]![0]}`, gradient.shape);
        return build.reshape(build.sum(of(gradient, leaf('metric'), leaf('vector'))), [1]);
      }),
      0,
    );
  return graphOf({
    squares: summed((g) => multiply(g, g)),
    metricSquares: summed((g, metric) => multiply(multiply(g, metric), g)),
    along: summed((g, _metric, vector) => multiply(vector, g)),
    metricAlong: summed((g, metric, vector) => multiply(multiply(g, metric), vector)),
  });
}

const total = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0);
