/** Every term of Eq. (58) of arXiv 2512.24503 at one θ, for plain SGD and for steps scaled by Adam's second moment. */
import type { Model } from '../model/index.js';
import type { Random } from '../random.js';
import type { BoundTerms, OptimizerSpec } from '../records.js';
import { meanLoss, type WeightedWindows } from '../validation/index.js';
import { Derivatives } from './derivatives.js';
import { ExampleProducts } from './example-products.js';
import { type PowerIterationOptions, type SpectralNorm, spectralNorm } from './power-iteration.js';
import { type RecipeShares, type StreamGradients, streamTerms } from './stream-terms.js';
import { addTo, mapVector, type Vector, zerosLike } from './vector.js';

/** A point of training that the terms are taken at. */
export interface TrainingPoint {
  /** Optimizer steps done. */
  step: number;
  parameters: Vector;
  /** Of Adam, not corrected for its start; undefined when a trainer left none. */
  secondMoments?: Vector;
}

export interface TermsInput {
  model: Model;
  point: TrainingPoint;
  /** The validation loss. */
  validation: WeightedWindows;
  /** Streams of documents that recipes mix; windows [n, context + 1] of each, at least one. */
  streams: readonly { name: string; windows: () => Promise<Int32Array> }[];
  recipes: readonly RecipeShares[];
  optimizer: Pick<OptimizerSpec, 'beta2' | 'epsilon'>;
  passWindows: number;
  threads: number;
  random: Random;
  powerIteration?: PowerIterationOptions;
  signal?: AbortSignal;
}

/**
 * The diagonal P of Adam's next step without momentum, θ − η·P·g: P = 1 / (√(v' / (1 − β₂ᵗ⁺¹)) + ε) with
 * v' = β₂·v + (1 − β₂)·g². With the next gradient in it, a parameter that had none so far has no endless step.
 */
export function adamMetric(
  { step, secondMoments }: TrainingPoint,
  gradient: Vector,
  { beta2, epsilon }: TermsInput['optimizer'],
): Vector {
  const correction = 1 - beta2 ** (step + 1);
  return mapVector(gradient, (g, name, i) => {
    const next = beta2 * secondMoments!.get(name)![i]! + (1 - beta2) * g * g;
    return 1 / (Math.sqrt(next / correction) + epsilon);
  });
}

/** @returns `adam` only with second moments */
export async function boundTerms(input: TermsInput): Promise<{ sgd: BoundTerms; adam?: BoundTerms }> {
  const { model, point, validation, recipes, random, powerIteration, passWindows, threads, signal } = input;
  const { parameters } = point;
  const derivatives = new Derivatives(model, { passWindows, threads });
  const examples = await ExampleProducts.compile(model, { threads });
  try {
    const { gradient: vector } = await derivatives.gradient(parameters, validation);

    // First the mean gradients, which Adam's metric needs.
    const meanGradients: Vector[] = [];
    for (const { windows } of input.streams) {
      signal?.throwIfAborted();
      const loss = meanLoss(await windows(), model.context);
      meanGradients.push((await derivatives.gradient(parameters, loss)).gradient);
    }
    const withAdam = point.secondMoments !== undefined;
    const metric = withAdam
      ? adamMetric(point, meanOf(meanGradients, input), input.optimizer)
      : mapVector(parameters, () => 1);

    const plain: StreamGradients[] = [];
    const scaled: StreamGradients[] = [];
    for (const [i, { name, windows }] of input.streams.entries()) {
      signal?.throwIfAborted();
      const meanGradient = meanGradients[i]!;
      const found = await examples.of(parameters, { vector, metric }, await windows());
      plain.push({ name, meanGradient, squares: found.squares, along: found.along });
      scaled.push({ name, meanGradient, squares: found.metricSquares, along: found.metricAlong });
    }

    const hessian = (v: Vector): Promise<Vector> => {
      signal?.throwIfAborted();
      return derivatives.hessianProduct(parameters, validation, v);
    };
    const norm = await spectralNorm(hessian, parameters, random.split('sgd'), powerIteration);
    const sgd = { ...lambdaOf(norm), ...streamTerms(plain, recipes) };
    if (!withAdam) return { sgd };

    // In the coordinates P^(−1/2)·θ Adam's step is a plain one, and the Hessian is P^(1/2)·H·P^(1/2).
    const root = mapVector(metric, Math.sqrt);
    const scale = (v: Vector): Vector => mapVector(v, (x, name, i) => root.get(name)![i]! * x);
    const scaledHessian = async (v: Vector): Promise<Vector> => scale(await hessian(scale(v)));
    const scaledNorm = await spectralNorm(scaledHessian, parameters, random.split('adam'), powerIteration);
    return { sgd, adam: { ...lambdaOf(scaledNorm), ...streamTerms(scaled, recipes, metric) } };
  } finally {
    await derivatives.dispose();
    await examples.dispose();
  }
}

/** The gradient of equal shares of all recipes. */
function meanOf(gradients: readonly Vector[], { streams, recipes }: TermsInput): Vector {
  const mean = zerosLike(gradients[0]!);
  for (const [i, gradient] of gradients.entries()) {
    const shares = recipes.map(({ shares }) => shares[streams[i]!.name] ?? 0);
    addTo(mean, gradient, shares.reduce((a, b) => a + b, 0) / recipes.length);
  }
  return mean;
}

const lambdaOf = ({ value, relativeError, products }: SpectralNorm) => ({
  lambdaMax: value,
  lambdaError: relativeError,
  products,
});
