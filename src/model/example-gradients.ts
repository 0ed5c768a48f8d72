/** How strongly each window alone pulls on the weights. */
import { build, CompiledGraph } from '../graph/index.js';
import { gradientProductsGraph } from './gradient-products.js';
import type { Model } from './model.js';
import { weightFeeds } from './weights.js';
import { countWindows } from './windows.js';

/**
 * The L2 norm over all parameters of the gradient of each window's own mean loss, in nats per token. Exact: every
 * window has a backward pass to itself, and the parameters' squares are added in float64.
 * @param windows token ids [n, context + 1]
 * @returns [n]
 * @throws AssayError for windows that are not whole, an id that is not in the vocabulary, or a parameter that does not
 *   fit
 */
export async function exampleGradientNorms(
  model: Model,
  parameters: ReadonlyMap<string, Float32Array>,
  windows: Int32Array,
  { threads = 1 }: { threads?: number } = {},
): Promise<Float64Array> {
  const norms = new Float64Array(countWindows(model, windows));
  const length = model.context + 1;
  const weights = new Float32Array(model.context).fill(1 / model.context);
  const feeds = { ...weightFeeds(model, parameters), weights };
  const graph = await CompiledGraph.compile(
    gradientProductsGraph(model.forward(1), { squares: (g) => build.multiply(g, g) }),
    { threads },
  );
  try {
    for (const i of norms.keys()) {
      const window = windows.subarray(i * length, (i + 1) * length);
      const { squares } = await graph.call({ ...feeds, windows: window });
      norms[i] = Math.sqrt(squares!.reduce((sum, square) => sum + square, 0));
    }
  } finally {
    await graph.dispose();
  }
  return norms;
}
