/** From the gradients of streams to the terms of recipes, which mix them. */
import type { BoundTerms, RecipeTerms } from '../records.js';
import { mean, sum, variance } from '../stats/index.js';

/** What was measured of a stream of documents. */
export interface StreamGradients {
  name: string;
  /** Of each window: squared norm of its gradient, and its product with the gradient of the validation loss. */
  squares: Float64Array;
  along: Float64Array;
}

export interface RecipeShares {
  name: string;
  /** By stream; they add up to 1. */
  shares: Record<string, number>;
}

/**
 * A recipe's gradient is the mean of its streams', weighted by share, so two recipes with a stream in common share its
 * sampling noise, which then cancels in their gap.
 *
 * ‖mean of n gradients‖² is too large by tr(Σ)/n on average, which is taken off. Σ of a recipe is the covariance of a
 * window that is drawn by the recipe's shares, so differences between streams are part of it.
 * @param products of the mean gradients of stream i and stream j ≤ i, as `products[i][j]`
 */
export function streamTerms(
  streams: readonly StreamGradients[],
  recipes: readonly RecipeShares[],
  products: readonly (readonly number[])[],
): Pick<BoundTerms, 'streams' | 'recipes'> {
  const measured = streams.map(({ squares, along }, i) => {
    const n = squares.length;
    const meanSquare = sum(squares) / n;
    const squaredMean = products[i]![i]!;
    const trace = n < 2 ? 0 : Math.max(0, ((meanSquare - squaredMean) * n) / (n - 1));
    const alignmentError = n < 2 ? null : Math.sqrt(variance(along) / n);
    return { n, meanSquare, noise: trace / n, alignment: mean(along), alignmentError };
  });
  const product = (i: number, j: number): number => products[Math.max(i, j)]![Math.min(i, j)]!;

  const termsOf = ({ name, shares }: RecipeShares): RecipeTerms => {
    const weights = streams.map((stream) => shares[stream.name] ?? 0);
    const weighted = (of: (i: number) => number): number =>
      sum(weights.map((w, i) => (w === 0 ? 0 : w * of(i))));
    const squared = weighted((i) => weighted((j) => product(i, j)) - weights[i]! * measured[i]!.noise);
    return {
      recipe: name,
      shares,
      alignment: weighted((i) => measured[i]!.alignment),
      gradientSquared: Math.max(0, squared),
      covarianceTrace: Math.max(0, weighted((i) => measured[i]!.meanSquare) - squared),
    };
  };
  return {
    streams: Object.fromEntries(
      streams.map(({ name }, i) => {
        const { n: windows, alignment, alignmentError } = measured[i]!;
        return [name, { windows, alignment, alignmentError }];
      }),
    ),
    recipes: recipes.map(termsOf),
  };
}
