/** Every term of Eq. (58) of arXiv 2512.24503 at one θ, for plain SGD and for steps scaled by Adam's second moment. */
import { sizeOf } from '../graph/index.js';
import type { Model } from '../model/index.js';
import type { Random } from '../random.js';
import type { BoundTerms } from '../records.js';
import { meanLoss, type WeightedWindows } from '../validation/index.js';
import type { Derivatives } from './derivatives.js';
import { type PowerIterationOptions, type SpectralNorm, spectralNorm } from './power-iteration.js';
import { type RecipeShares, type StreamGradients, streamTerms } from './stream-terms.js';

export interface TermsInput {
  model: Model;
  /** The validation loss. */
  validation: WeightedWindows;
  /** Streams of documents that recipes mix; windows [n, context + 1] of each, at least one. */
  streams: readonly { name: string; windows: () => Promise<Int32Array> }[];
  recipes: readonly RecipeShares[];
  random: Random;
  powerIteration?: PowerIterationOptions;
  signal?: AbortSignal;
}

/**
 * @param derivatives at θ; they are left as they are, with the vectors that were made
 * @returns `adam` only where the point has second moments
 */
export async function boundTerms<V>(
  derivatives: Derivatives<V>,
  input: TermsInput,
): Promise<{ sgd: BoundTerms; adam?: BoundTerms }> {
  const { model, validation, recipes, random, powerIteration, signal } = input;
  const { gradient: vector } = await derivatives.gradient(validation);

  // First the mean gradients, which Adam's metric needs.
  const meanGradients: V[] = [];
  for (const { windows } of input.streams) {
    signal?.throwIfAborted();
    meanGradients.push((await derivatives.gradient(meanLoss(await windows(), model.context))).gradient);
  }
  const metric = derivatives.hasMoments
    ? await derivatives.adamMetric(await derivatives.weightedSum(equalShares(meanGradients, input)))
    : undefined;

  const plain: StreamGradients[] = [];
  const scaled: StreamGradients[] = [];
  for (const { name, windows } of input.streams) {
    signal?.throwIfAborted();
    const given = { vector, ...(metric !== undefined && { metric }) };
    const found = await derivatives.exampleProducts(await windows(), given);
    plain.push({ name, squares: found.squares, along: found.along });
    scaled.push({ name, squares: found.metricSquares, along: found.metricAlong });
  }

  const lambda = async (name: string, metric?: V): Promise<ReturnType<typeof lambdaOf>> => {
    const product = (v: V): Promise<V> => {
      signal?.throwIfAborted();
      return derivatives.hessianProduct(validation, v, metric);
    };
    const start = await derivatives.vectorOf(normals(model, random.split(name)));
    return lambdaOf(await spectralNorm(derivatives, product, start, powerIteration));
  };
  const productsOf = (metric?: V) => allProducts(derivatives, meanGradients, metric);
  const sgd = { ...(await lambda('sgd')), ...streamTerms(plain, recipes, await productsOf()) };
  if (metric === undefined) return { sgd };
  // In the coordinates P^(−1/2)·θ Adam's step is a plain one.
  const adam = {
    ...(await lambda('adam', metric)),
    ...streamTerms(scaled, recipes, await productsOf(metric)),
  };
  return { sgd, adam };
}

/** The gradient of equal shares of all recipes, as a sum of those of streams. */
function equalShares<V>(gradients: readonly V[], { streams, recipes }: TermsInput) {
  return gradients.map((vector, i) => {
    const shares = recipes.map(({ shares }) => shares[streams[i]!.name] ?? 0);
    return { factor: shares.reduce((a, b) => a + b, 0) / recipes.length, vector };
  });
}

/** @returns the inner product of vectors i and j ≤ i as `[i][j]` */
async function allProducts<V>(space: Derivatives<V>, vectors: readonly V[], metric?: V): Promise<number[][]> {
  const products: number[][] = [];
  for (const [i, a] of vectors.entries()) {
    products.push([]);
    for (const b of vectors.slice(0, i + 1)) products[i]!.push(await space.innerProduct(a, b, metric));
  }
  return products;
}

/** Drawn here, so that the iteration starts at the same vector whatever computes it. */
function* normals({ parameters }: Model, random: Random): Generator<[string, Float32Array]> {
  for (const { name, shape } of parameters)
    yield [name, new Float32Array(sizeOf(shape)).map(() => random.normal())];
}

const lambdaOf = ({ value, relativeError, products }: SpectralNorm) => ({
  lambdaMax: value,
  lambdaError: relativeError,
  products,
});
