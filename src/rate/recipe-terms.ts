/** Alignment, squared gradient and gradient noise of one recipe, from some of its batches. */
import type { Model } from '../model/index.js';
import type { RecipeTerms } from '../records.js';
import { mean, sum } from '../stats/index.js';
import type { Derivatives } from './derivatives.js';
import type { ExampleSquares } from './example-squares.js';
import { addTo, innerProduct, type Vector, zerosLike } from './vector.js';
import { meanLoss } from './weighted-windows.js';

export interface TermsAt {
  model: Model;
  parameters: Vector;
  /** Of the validation loss. */
  validationGradient: Vector;
  /** Diagonal of the metric of the second set of terms. */
  metric: Vector;
  derivatives: Derivatives;
  squares: ExampleSquares;
}

/**
 * Terms of a recipe with the plain inner product, and with that of the metric: for a step θ − η·diag(metric)·g, which
 * is a plain step in the coordinates metric^(−1/2)·θ, every product of two gradients takes the metric in between.
 *
 * ‖mean of n gradients‖² is too large by tr(Σ)/n on average, which is taken off.
 * @param batches each [batch, context + 1]
 */
export async function recipeTerms(
  recipe: string,
  batches: readonly Int32Array[],
  at: TermsAt,
): Promise<{ plain: RecipeTerms; inMetric: RecipeTerms }> {
  const { parameters, validationGradient, metric, derivatives, squares, model } = at;
  const meanGradient = zerosLike(parameters);
  const alignments: { plain: number[]; inMetric: number[] } = { plain: [], inMetric: [] };
  const examples: { plain: number[]; inMetric: number[] } = { plain: [], inMetric: [] };
  for (const windows of batches) {
    const { gradient } = await derivatives.gradient(parameters, meanLoss(windows, model.context));
    addTo(meanGradient, gradient, 1 / batches.length);
    alignments.plain.push(innerProduct(validationGradient, gradient));
    alignments.inMetric.push(innerProduct(validationGradient, gradient, metric));
    const found = await squares.of(parameters, metric, windows);
    examples.plain.push(...found.plain);
    examples.inMetric.push(...found.inMetric);
  }
  const termsOf = (kind: 'plain' | 'inMetric', within?: Vector): RecipeTerms => {
    const n = examples[kind].length;
    const meanSquared = innerProduct(meanGradient, meanGradient, within);
    const covarianceTrace = n < 2 ? 0 : Math.max(0, (sum(examples[kind]) - n * meanSquared) / (n - 1));
    return {
      recipe,
      alignment: mean(alignments[kind]),
      batchAlignments: alignments[kind],
      gradientSquared: Math.max(0, meanSquared - covarianceTrace / n),
      covarianceTrace,
    };
  };
  return { plain: termsOf('plain'), inMetric: termsOf('inMetric', metric) };
}
