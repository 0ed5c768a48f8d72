/** The curvature of the terms, learnt from how their slopes change along the search. */

/**
 * B ← B + y yᵀ/(sᵀy) − B s sᵀB/(sᵀBs): the update of Broyden, Fletcher, Goldfarb and Shanno with Powell's damping
 * (Nocedal and Wright, Numerical Optimization, procedure 18.2), in place. B stays positive definite also where the
 * terms are not convex.
 *
 * @param curvature [n, n]
 * @param step [n] s: how the shares moved
 * @param change [n] y: how the slopes changed
 */
export function updateCurvature(curvature: Float64Array, step: Float64Array, change: Float64Array): void {
  const n = step.length;
  const bent = new Float64Array(n);
  let [stepBent, stepChange] = [0, 0];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) bent[i]! += curvature[i * n + j]! * step[j]!;
    stepBent += step[i]! * bent[i]!;
    stepChange += step[i]! * change[i]!;
  }
  if (!(stepBent > 1e-300)) return;
  const trust = stepChange >= 0.2 * stepBent ? 1 : (0.8 * stepBent) / (stepBent - stepChange);
  const damped = change.map((value, i) => trust * value + (1 - trust) * bent[i]!);
  const stepDamped = trust * stepChange + (1 - trust) * stepBent;
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++)
      curvature[i * n + j]! += (damped[i]! * damped[j]!) / stepDamped - (bent[i]! * bent[j]!) / stepBent;
}
