/** Derivatives by ONNX Runtime, inside this process. A vector is an array a parameter; sums are in float64. */
import { CompiledGraph, differentiate, eliminateDeadCode } from '../graph/index.js';
import { hessianVectorGraph, type Model } from '../model/index.js';
import { createOnnxTrainer, type TrainState } from '../train/index.js';
import { passes, type WeightedWindows } from '../validation/index.js';
import type { Arrays, DerivativeOptions, Derivatives, Products } from './derivatives.js';
import { ExampleProducts } from './example-products.js';
import { roundedAway } from './rounding.js';
import { addTo, innerProduct, mapVector, type Vector, zerosLike } from './vector.js';

/** Graphs are compiled when first used, and kept until `dispose`. */
export class OnnxDerivatives implements Derivatives<Vector> {
  private gradientGraph: Promise<CompiledGraph> | undefined;
  private productGraph: Promise<CompiledGraph> | undefined;
  private examples: Promise<ExampleProducts> | undefined;

  /** @param state copied nowhere; its moments may be empty */
  constructor(
    private readonly model: Model,
    private readonly state: TrainState,
    private readonly options: DerivativeOptions,
  ) {}

  get hasMoments(): boolean {
    return this.state.secondMoments.size > 0;
  }

  async gradient(loss: WeightedWindows): Promise<{ lossNats: number; gradient: Vector }> {
    const { parameters } = this.state;
    const size = this.options.microBatch;
    this.gradientGraph ??= CompiledGraph.compile(
      eliminateDeadCode(differentiate(this.model.forward(size), 'loss', this.names), [
        'loss',
        ...this.names.map((name) => `gradient:${name}`),
      ]),
      this.options,
    );
    const graph = await this.gradientGraph;
    const gradient = zerosLike(parameters);
    let lossNats = 0;
    for (const pass of passes(loss, size)) {
      const outputs = await graph.call({ ...Object.fromEntries(parameters), ...pass });
      addTo(gradient, named(this.names, 'gradient', outputs), 1);
      lossNats += outputs.loss![0]!;
    }
    return { lossNats, gradient };
  }

  async hessianProduct(loss: WeightedWindows, direction: Vector, metric?: Vector): Promise<Vector> {
    const { parameters } = this.state;
    const size = Math.max(1, Math.floor(this.options.microBatch / 2));
    this.productGraph ??= CompiledGraph.compile(
      eliminateDeadCode(
        hessianVectorGraph(this.model.forward(size)),
        this.names.map((name) => `product:${name}`),
      ),
      this.options,
    );
    const graph = await this.productGraph;
    const root = metric && mapVector(metric, Math.sqrt);
    const rooted = (v: Vector): Vector =>
      root === undefined ? v : mapVector(v, (x, name, i) => root.get(name)![i]! * x);
    const along = [...rooted(direction)].map(([name, values]) => [`direction:${name}`, values] as const);
    const product = zerosLike(parameters);
    for (const pass of passes(loss, size)) {
      const outputs = await graph.call({ ...Object.fromEntries([...parameters, ...along]), ...pass });
      addTo(product, named(this.names, 'product', outputs), 1);
    }
    return rooted(product);
  }

  async exampleProducts(windows: Int32Array, given: { vector: Vector; metric?: Vector }): Promise<Products> {
    this.examples ??= ExampleProducts.compile(this.model, this.options);
    const metric = given.metric ?? mapVector(this.state.parameters, () => 1);
    return (await this.examples).of(this.state.parameters, { ...given, metric }, windows);
  }

  async adamMetric(gradient: Vector): Promise<Vector> {
    const { step, secondMoments } = this.state;
    const { beta2, epsilon } = this.options.optimizer;
    const correction = 1 - beta2 ** (step + 1);
    return mapVector(gradient, (g, name, i) => {
      const next = beta2 * secondMoments.get(name)![i]! + (1 - beta2) * g * g;
      return 1 / (Math.sqrt(next / correction) + epsilon);
    });
  }

  async roundedAway(windows: Int32Array, learningRates: readonly number[]): Promise<number[]> {
    const { context } = this.model;
    const batch = windows.length / (context + 1);
    const trainer = await createOnnxTrainer(this.model, this.state, { ...this.options, batch, context });
    try {
      const shares: number[] = [];
      for (const rate of learningRates) shares.push(await roundedAway(trainer, this.state, windows, rate));
      return shares;
    } finally {
      await trainer.dispose();
    }
  }

  async vectorOf(values: Arrays): Promise<Vector> {
    return new Map([...values].map(([name, array]) => [name, array.slice()] as const));
  }

  async valuesOf(vector: Vector): Promise<Map<string, Float32Array>> {
    return new Map([...vector].map(([name, array]) => [name, array.slice()] as const));
  }

  async innerProduct(a: Vector, b: Vector, metric?: Vector): Promise<number> {
    return innerProduct(a, b, metric);
  }

  async weightedSum(terms: readonly { factor: number; vector: Vector }[]): Promise<Vector> {
    const sum = zerosLike(this.state.parameters);
    for (const { factor, vector } of terms) addTo(sum, vector, factor);
    return sum;
  }

  async scale(vector: Vector, factor: number): Promise<void> {
    for (const values of vector.values()) {
      for (let i = 0; i < values.length; i++) values[i]! *= factor;
    }
  }

  async release(): Promise<void> {}

  async dispose(): Promise<void> {
    for (const graph of [this.gradientGraph, this.productGraph, this.examples])
      await (await graph)?.dispose();
  }

  private get names(): string[] {
    return this.model.parameters.map(({ name }) => name);
  }
}

const named = (names: readonly string[], prefix: string, outputs: Record<string, Float32Array>): Vector =>
  new Map(names.map((name) => [name, outputs[`${prefix}:${name}`]!]));
