/** From the terms of Eq. (58) to learning rates: for all pairs, per pair, and for a share of the pairs. */
import type { BoundTerms, RateBound, RatePair, RecipeTerms } from '../records.js';
import { normalQuantile } from '../stats/index.js';

export interface BoundOptions {
  /** Windows a step. */
  batch: number;
  /** Global-norm clip of the gradient. */
  gradientClip: number;
  /** Share of the pairs that are no ties to keep, in (0, 1]. */
  share: number;
  /** A gap is resolved when it differs from 0 at this level. Default 0.95. */
  confidence?: number;
}

/**
 * η ≤ Δa / (λ_max·(G² + σ_g²/B)), Eq. (58) of arXiv 2512.24503.
 * @param recipes those whose largest squared gradient and largest noise count
 */
export function eq58(gap: number, lambdaMax: number, recipes: readonly RecipeTerms[], batch: number): number {
  const gradientSquared = Math.max(...recipes.map((recipe) => recipe.gradientSquared));
  const covarianceTrace = Math.max(...recipes.map((recipe) => recipe.covarianceTrace));
  return gap / (lambdaMax * (gradientSquared + covarianceTrace / batch));
}

/** @param terms of two recipes or more */
export function rateBound(terms: BoundTerms, options: BoundOptions): RateBound {
  const { batch, gradientClip, share } = options;
  const { recipes, lambdaMax } = terms;
  const pairs = recipes.flatMap((a, i) => recipes.slice(i + 1).map((b) => ratePair(a, b, terms, options)));
  const bound = (gap: number): number => eq58(gap, lambdaMax, recipes, batch);
  const least = Math.min(...pairs.map(({ gap }) => gap));
  const gaps = pairs
    .filter(({ resolved }) => resolved)
    .map(({ gap }) => gap)
    .sort((a, b) => b - a);
  const kept = gaps[Math.ceil(share * gaps.length) - 1];
  return {
    terms,
    pairs: pairs.sort((a, b) => a.gap - b.gap),
    allPairs: bound(least),
    ...(kept === undefined
      ? {}
      : { resolvedPairs: bound(gaps.at(-1)!), keeping: { share, bound: bound(kept) } }),
    clipped: least / (lambdaMax * gradientClip ** 2),
  };
}

function ratePair(
  a: RecipeTerms,
  b: RecipeTerms,
  { lambdaMax, streams }: BoundTerms,
  { batch, confidence = 0.95 }: BoundOptions,
): RatePair {
  const [better, worse] = a.alignment >= b.alignment ? [a, b] : [b, a];
  const gap = better.alignment - worse.alignment;
  let squaredError: number | null = 0;
  for (const [name, { alignmentError }] of Object.entries(streams)) {
    const difference = (better.shares[name] ?? 0) - (worse.shares[name] ?? 0);
    if (difference === 0 || squaredError === null) continue;
    squaredError = alignmentError === null ? null : squaredError + (difference * alignmentError) ** 2;
  }
  const gapError = squaredError === null ? null : Math.sqrt(squaredError);
  return {
    better: better.recipe,
    worse: worse.recipe,
    gap,
    gapError,
    resolved: gapError !== null && gap > gapError * normalQuantile((1 + confidence) / 2),
    bound: eq58(gap, lambdaMax, [a, b], batch),
  };
}
