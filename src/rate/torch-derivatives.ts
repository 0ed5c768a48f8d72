/**
 * Derivatives by PyTorch, in a process of its own. Vectors stay there; here they are numbers that the process gave them.
 * The other side is `engines/torch/assay_torch/measuring.py`.
 */
import { sizeOf } from '../graph/index.js';
import type { Model } from '../model/index.js';
import type { TorchEngine } from '../records.js';
import { MeasureProcess, type Payload } from '../train/index.js';
import type { WeightedWindows } from '../validation/index.js';
import type { Arrays, DerivativeOptions, Derivatives, Products } from './derivatives.js';

export interface TorchPoint extends DerivativeOptions {
  engine: TorchEngine;
  /** `graph.json` and `checkpoint.safetensors` of a run of the model. */
  graph: string;
  checkpoint: string;
  /** Ends the process. */
  signal?: AbortSignal;
  onNotice?: (message: string) => void;
}

export class TorchDerivatives implements Derivatives<number> {
  private constructor(
    private readonly model: Model,
    private readonly options: DerivativeOptions,
    private readonly measure: MeasureProcess,
    readonly hasMoments: boolean,
  ) {}

  /** @throws AssayError (exit code system) without a PyTorch, and when graph and checkpoint do not fit */
  static async open(model: Model, point: TorchPoint): Promise<TorchDerivatives> {
    const { vocabularySize } = model;
    const { measure, values } = await MeasureProcess.start({ ...point, vocabularySize });
    return new TorchDerivatives(model, point, measure, values.moments === true);
  }

  async gradient(loss: WeightedWindows): Promise<{ lossNats: number; gradient: number }> {
    const { lossNats, vector } = await this.ask({ do: 'gradient' }, loss);
    return { lossNats: numberOf(lossNats), gradient: vector as number };
  }

  async hessianProduct(loss: WeightedWindows, direction: number, metric?: number): Promise<number> {
    return (await this.ask({ do: 'hessianProduct', direction, metric }, loss)).vector as number;
  }

  async exampleProducts(windows: Int32Array, given: { vector: number; metric?: number }): Promise<Products> {
    const values = await this.ask({ do: 'exampleProducts', ...given }, { windows });
    const array = (name: keyof Products): Float64Array =>
      Float64Array.from(values[name] as (number | null)[], numberOf);
    return {
      squares: array('squares'),
      metricSquares: array('metricSquares'),
      along: array('along'),
      metricAlong: array('metricAlong'),
    };
  }

  async adamMetric(gradient: number): Promise<number> {
    const { beta2, epsilon } = this.options.optimizer;
    return (await this.ask({ do: 'adamMetric', gradient, beta2, epsilon })).vector as number;
  }

  async roundedAway(windows: Int32Array, learningRates: readonly number[]): Promise<number[]> {
    const { beta1, beta2, epsilon, weightDecay, gradientClip } = this.options.optimizer;
    const optimizer = [beta1, beta2, epsilon, weightDecay, gradientClip];
    return (await this.ask({ do: 'roundedAway', rates: learningRates, optimizer }, { windows }))
      .shares as number[];
  }

  async vectorOf(values: Arrays): Promise<number> {
    const bytes = 4 * this.sizes.reduce((sum, size) => sum + size, 0);
    const { names } = this;
    const parts = (function* () {
      let at = 0;
      for (const [name, array] of values) {
        if (name !== names[at++])
          throw new Error(`a vector of ${name} where one of ${names[at - 1]} belongs`);
        yield array;
      }
    })();
    return (await this.measure.ask({ do: 'write', names }, { bytes, parts })).values.vector as number;
  }

  async valuesOf(vector: number): Promise<Map<string, Float32Array>> {
    const { payload } = await this.measure.ask({ do: 'read', vector, names: this.names });
    const bytes = new Uint8Array(payload);
    let at = 0;
    return new Map(
      this.names.map((name, i) => {
        const values = new Float32Array(bytes.buffer, at, this.sizes[i]!);
        at += values.byteLength;
        return [name, values] as const;
      }),
    );
  }

  async innerProduct(a: number, b: number, metric?: number): Promise<number> {
    return numberOf((await this.ask({ do: 'innerProduct', a, b, metric })).value);
  }

  async weightedSum(terms: readonly { factor: number; vector: number }[]): Promise<number> {
    const pairs = terms.map(({ factor, vector }) => [factor, vector]);
    return (await this.ask({ do: 'weightedSum', terms: pairs })).vector as number;
  }

  async scale(vector: number, factor: number): Promise<void> {
    await this.ask({ do: 'scale', vector, factor });
  }

  async release(vector: number): Promise<void> {
    await this.ask({ do: 'release', vector });
  }

  dispose(): Promise<void> {
    return this.measure.end();
  }

  private async ask(
    question: Record<string, unknown>,
    { windows, weights }: { windows?: Int32Array; weights?: Float32Array } = {},
  ): Promise<Record<string, unknown>> {
    const { context } = this.model;
    const parts = [windows, weights].filter((array) => array !== undefined);
    const payload: Payload = { bytes: parts.reduce((sum, { byteLength }) => sum + byteLength, 0), parts };
    const count = windows && { count: windows.length / (context + 1), context };
    return (await this.measure.ask({ ...question, ...count }, payload)).values;
  }

  private get names(): string[] {
    return this.model.parameters.map(({ name }) => name);
  }

  private get sizes(): number[] {
    return this.model.parameters.map(({ shape }) => sizeOf(shape));
  }
}

/** A number that is not finite comes as null. */
const numberOf = (value: unknown): number => (value === null ? Number.NaN : (value as number));
