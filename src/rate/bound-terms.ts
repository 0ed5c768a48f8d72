/** Every term of Eq. (58) of arXiv 2512.24503 at one θ, for plain SGD and for steps scaled by Adam's second moment. */
import type { Model } from '../model/index.js';
import type { Random } from '../random.js';
import type { BoundTerms, OptimizerSpec, RecipeTerms } from '../records.js';
import { Derivatives } from './derivatives.js';
import { ExampleSquares } from './example-squares.js';
import { type PowerIterationOptions, type SpectralNorm, spectralNorm } from './power-iteration.js';
import { recipeTerms } from './recipe-terms.js';
import { mapVector, type Vector } from './vector.js';
import type { WeightedWindows } from './weighted-windows.js';

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
  /** Batches of each recipe, each [batch, context + 1]; batch b of all recipes is compared. */
  recipes: readonly { name: string; batches: () => Promise<Int32Array[]> }[];
  optimizer: Pick<OptimizerSpec, 'beta2' | 'epsilon'>;
  passWindows: number;
  threads: number;
  random: Random;
  powerIteration?: PowerIterationOptions;
  onRecipe?: (name: string) => void;
  signal?: AbortSignal;
}

/**
 * The step of Adam without momentum: θ − η·P·g with P = 1 / (√(v / (1 − β₂ᵗ)) + ε).
 * @returns the diagonal of P
 */
export function adamMetric(point: TrainingPoint, { beta2, epsilon }: TermsInput['optimizer']): Vector {
  const correction = 1 - beta2 ** point.step;
  return mapVector(point.secondMoments!, (v) => 1 / (Math.sqrt(v / correction) + epsilon));
}

/** @returns `adam` only with second moments */
export async function boundTerms(input: TermsInput): Promise<{ sgd: BoundTerms; adam?: BoundTerms }> {
  const { model, point, validation, random, powerIteration, passWindows, threads, signal } = input;
  const { parameters } = point;
  const derivatives = new Derivatives(model, { passWindows, threads });
  const squares = await ExampleSquares.compile(model, { threads });
  try {
    const withAdam = point.secondMoments !== undefined;
    const metric = withAdam ? adamMetric(point, input.optimizer) : mapVector(parameters, () => 1);
    const { gradient: validationGradient } = await derivatives.gradient(parameters, validation);

    const plain: RecipeTerms[] = [];
    const scaled: RecipeTerms[] = [];
    for (const { name, batches } of input.recipes) {
      signal?.throwIfAborted();
      input.onRecipe?.(name);
      const at = { model, parameters, validationGradient, metric, derivatives, squares };
      const terms = await recipeTerms(name, await batches(), at);
      plain.push(terms.plain);
      scaled.push(terms.inMetric);
    }

    const hessian = (v: Vector): Promise<Vector> => {
      signal?.throwIfAborted();
      return derivatives.hessianProduct(parameters, validation, v);
    };
    const sgd = termsOf(await spectralNorm(hessian, parameters, random.split('sgd'), powerIteration), plain);
    if (!withAdam) return { sgd };

    // In the coordinates P^(−1/2)·θ the Hessian is P^(1/2)·H·P^(1/2).
    const root = mapVector(metric, Math.sqrt);
    const scale = (v: Vector): Vector => mapVector(v, (x, name, i) => root.get(name)![i]! * x);
    const scaledHessian = async (v: Vector): Promise<Vector> => scale(await hessian(scale(v)));
    const norm = await spectralNorm(scaledHessian, parameters, random.split('adam'), powerIteration);
    return { sgd, adam: termsOf(norm, scaled) };
  } finally {
    await derivatives.dispose();
    await squares.dispose();
  }
}

const termsOf = (norm: SpectralNorm, recipes: RecipeTerms[]): BoundTerms => ({
  lambdaMax: norm.value,
  lambdaError: norm.relativeError,
  products: norm.products,
  recipes,
});
