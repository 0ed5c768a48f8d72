/** Quantiles of the beta distribution. */
import { incompleteBeta } from '../../stats/index.js';

/** x in [0, 1] with I_x(a, b) = `probability`, by halving: to the last digit of x, for any a, b > 0. */
export function betaQuantile(probability: number, a: number, b: number): number {
  let [low, high] = [0, 1];
  for (let halvings = 0; halvings < 60; halvings++) {
    const middle = (low + high) / 2;
    if (incompleteBeta(middle, a, b) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
