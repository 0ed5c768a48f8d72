/**
 * What the terms of the bound are computed from: derivatives of losses at one point of training, and the few operations on
 * vectors over all parameters that go with them. One interface, because the terms and the power iteration are the same
 * wherever the numbers are; where those of a vector lie, only what made it knows.
 */
import type { OptimizerSpec } from '../records.js';
import type { WeightedWindows } from '../validation/index.js';

/** Over all parameters of a model: an array each, in the order of the model. */
export type Arrays = Iterable<readonly [name: string, values: Float32Array]>;

/** For the gradient g of each window's own mean loss, a vector u and a metric P: each [n]. */
export interface Products {
  /** gᵀg and gᵀPg. */
  squares: Float64Array;
  metricSquares: Float64Array;
  /** uᵀg and uᵀPg. */
  along: Float64Array;
  metricAlong: Float64Array;
}

/** @typeParam V a vector over all parameters */
export interface Derivatives<V> {
  /** Whether the point has Adam's second moments, which `adamMetric` needs. */
  readonly hasMoments: boolean;

  gradient(loss: WeightedWindows): Promise<{ lossNats: number; gradient: V }>;
  /**
   * H·direction, exact (Pearlmutter 1994), for the Hessian H of the weighted loss; with a metric P of
   * P^(1/2)·H·P^(1/2) instead, the Hessian in the coordinates P^(−1/2)·θ.
   */
  hessianProduct(loss: WeightedWindows, direction: V, metric?: V): Promise<V>;
  /** @param windows [n, context + 1]; @param given without a metric P is 1 */
  exampleProducts(windows: Int32Array, given: { vector: V; metric?: V }): Promise<Products>;
  /**
   * The diagonal P of Adam's next step without momentum, θ − η·P·g: P = 1 / (√(v' / (1 − β₂ᵗ⁺¹)) + ε) with
   * v' = β₂·v + (1 − β₂)·g². With the next gradient in it, a parameter that had none so far has no endless step.
   */
  adamMetric(gradient: V): Promise<V>;
  /**
   * Takes one step from the point at each rate, and counts the parameters that it leaves as they are though their update
   * is not 0.
   * @param windows one batch [batch, context + 1]
   * @returns for each rate their share of the parameters whose update is not 0
   */
  roundedAway(windows: Int32Array, learningRates: readonly number[]): Promise<number[]>;

  vectorOf(values: Arrays): Promise<V>;
  valuesOf(vector: V): Promise<Map<string, Float32Array>>;
  /** aᵀb, or aᵀ·diag(metric)·b. */
  innerProduct(a: V, b: V, metric?: V): Promise<number>;
  /** Σ factor·vector. */
  weightedSum(terms: readonly { factor: number; vector: V }[]): Promise<V>;
  /** In place. */
  scale(vector: V, factor: number): Promise<void>;
  /** Frees a vector, which cannot be used afterwards. */
  release(vector: V): Promise<void>;

  /** Frees everything. */
  dispose(): Promise<void>;
}

export interface DerivativeOptions {
  /** Windows of a pass in training; a Hessian product, which holds more of each, goes in passes of half as many. */
  microBatch: number;
  threads: number;
  optimizer: OptimizerSpec;
}
