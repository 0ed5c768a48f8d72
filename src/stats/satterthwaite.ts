/** Degrees of freedom of a sum of variance estimates. */

/** An estimated variance and the degrees of freedom of the estimate (∞: known). */
export interface VarianceComponent {
  variance: number;
  degrees: number;
}

/**
 * The sum of independent variance estimates with Satterthwaite's (1946) degrees of freedom,
 * (Σ v)² / Σ (v² / degrees): never fewer than the fewest of its parts, never more than all of them together.
 * Components of variance 0 say nothing and are left out; with none left, variance 0 and ∞ degrees.
 *
 * @example satterthwaite([{ variance: 1, degrees: 2 }, { variance: 1, degrees: 2 }]) // { variance: 2, degrees: 4 }
 */
export function satterthwaite(components: readonly VarianceComponent[]): VarianceComponent {
  let variance = 0;
  for (const component of components) variance += component.variance;
  if (variance === 0) return { variance, degrees: Number.POSITIVE_INFINITY };
  let spread = 0;
  // In shares of the total, so that tiny variances do not underflow when squared.
  for (const component of components) spread += (component.variance / variance) ** 2 / component.degrees;
  return { variance, degrees: 1 / spread };
}
