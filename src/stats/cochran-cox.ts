/** Half-width of an interval whose variance is a sum of estimates. */
import type { VarianceComponent } from './satterthwaite.js';
import { studentTQuantile } from './student-t.js';

/**
 * What the variances are raised to as weights. Cochran and Cox take 1, which covers 94.1–97.9 % with 1 and 30 degrees of
 * freedom where 95 % is asked; 1.25 covers 93.5–97.3 %, 2 92.2–96.2 %.
 */
const weightPower = 1.25;

/**
 * Half the width of a `confidence` interval for a normal estimate whose variance is the sum of independent estimates:
 * √(Σ variance) times the average of the parts' t quantiles, weighted by variance (after Cochran and Cox, 1957).
 *
 * Use it when a part has very few degrees of freedom. A single t quantile with Satterthwaite's degrees covers as little
 * as 87 % there, because a variance that comes out small by chance also loses its say on the quantile. With one part it
 * is the usual t interval. 0 if all variances are 0.
 *
 * @example cochranCox([{ variance: 4, degrees: 3 }], 0.95) // 3.182… · 2
 */
export function cochranCox(components: readonly VarianceComponent[], confidence: number): number {
  const total = components.reduce((sum, part) => sum + part.variance, 0);
  if (total === 0) return 0;
  let weights = 0;
  let quantiles = 0;
  for (const { variance, degrees } of components) {
    if (variance === 0) continue;
    const weight = (variance / total) ** weightPower;
    weights += weight;
    quantiles += weight * studentTQuantile(0.5 + confidence / 2, degrees);
  }
  return (quantiles / weights) * Math.sqrt(total);
}
