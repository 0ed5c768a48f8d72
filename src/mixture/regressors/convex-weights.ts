/** Which mean of several predictions is closest to what was observed. */

/**
 * [members] Weights of at least 0 that add up to 1 and minimise the squared error of the weighted mean of `predictions`
 * [members][rows] against `targets` [rows]. Mass is moved between two members at a time, each time to the exact minimum,
 * which converges to the one minimum since the error is convex.
 */
export function convexWeights(predictions: readonly Float64Array[], targets: Float64Array): Float64Array {
  const members = predictions.length;
  const weights = new Float64Array(members).fill(1 / members);
  const residual = targets.map((y, i) => y - predictions.reduce((sum, p) => sum + p[i]! / members, 0));
  for (let sweep = 0; sweep < 200; sweep++) {
    let moved = 0;
    for (let a = 0; a < members; a++)
      for (let b = 0; b < a; b++) {
        const mass = bestMove(predictions[a]!, predictions[b]!, residual);
        const allowed = Math.max(-weights[a]!, Math.min(weights[b]!, mass));
        weights[a]! += allowed;
        weights[b]! -= allowed;
        for (let i = 0; i < residual.length; i++)
          residual[i]! -= allowed * (predictions[a]![i]! - predictions[b]![i]!);
        moved = Math.max(moved, Math.abs(allowed));
      }
    if (moved < 1e-9) break;
  }
  return weights;
}

/** How much weight from b to a brings the residual to its smallest. */
function bestMove(a: Float64Array, b: Float64Array, residual: Float64Array): number {
  let [product, square] = [0, 0];
  for (let i = 0; i < residual.length; i++) {
    const difference = a[i]! - b[i]!;
    product += difference * residual[i]!;
    square += difference * difference;
  }
  return square > 0 ? product / square : 0;
}
