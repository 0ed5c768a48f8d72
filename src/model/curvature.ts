/** Hessian-vector products of a model's loss, exact: the gradient's product with a direction, differentiated again. */
import {
  build,
  CompiledGraph,
  type Graph,
  gradients,
  graphOf,
  leavesOf,
  type Tensor,
} from '../graph/index.js';
import type { Model } from './model.js';
import { weightFeeds } from './weights.js';
import { countWindows } from './windows.js';

/**
 * H·v for the Hessian H of output `loss` over all parameters and a direction v (Pearlmutter 1994), as ∂(gᵀv)/∂w.
 *
 * Inputs: those of `forward`, and `direction:<name>` with the shape of each parameter.
 * Outputs: `loss` []; `gradient:<name>` and `product:<name>` with the shape of each parameter.
 */
export function hessianVectorGraph(forward: Graph): Graph {
  const parameters = new Map<string, Tensor>(leavesOf(forward, 'parameter'));
  const names = [...parameters.keys()];
  const leaves = [...parameters.values()];
  const loss = forward.outputs.loss!;
  const first = gradients(loss, leaves);
  const along = first.map((gradient, i) =>
    build.sum(build.multiply(gradient, build.input(`direction:${names[i]}`, gradient.shape))),
  );
  const second = gradients(along.reduce(build.add), leaves);
  const named = (prefix: string, tensors: readonly Tensor[]) =>
    Object.fromEntries(names.map((name, i) => [`${prefix}:${name}`, tensors[i]!]));
  return graphOf({ loss, ...named('gradient', first), ...named('product', second) });
}

export interface HessianVectorProduct {
  /** Mean over the windows' tokens. */
  lossNats: number;
  /** Its gradient, by parameter name. */
  gradient: Map<string, Float32Array>;
  /** The Hessian times the direction, by parameter name. */
  product: Map<string, Float32Array>;
}

/**
 * Of the mean loss, in nats per token, of some windows that go through in one pass.
 * @param windows token ids [n, context + 1]
 * @param direction by name, an array of every parameter's length
 * @throws AssayError for windows that are not whole, an id that is not in the vocabulary, or an array that is missing
 */
export async function hessianVectorProduct(
  model: Model,
  parameters: ReadonlyMap<string, Float32Array>,
  windows: Int32Array,
  direction: ReadonlyMap<string, Float32Array>,
  { threads = 1 }: { threads?: number } = {},
): Promise<HessianVectorProduct> {
  const batch = countWindows(model, windows);
  const count = batch * model.context;
  const along = Object.entries(weightFeeds(model, direction));
  const feeds = {
    ...weightFeeds(model, parameters),
    ...Object.fromEntries(along.map(([name, values]) => [`direction:${name}`, values])),
    windows,
    weights: new Float32Array(count).fill(1 / count),
  };
  const graph = await CompiledGraph.compile(hessianVectorGraph(model.forward(batch)), { threads });
  try {
    const outputs = await graph.call(feeds);
    const named = (prefix: string): Map<string, Float32Array> =>
      new Map(model.parameters.map(({ name }) => [name, outputs[`${prefix}:${name}`]!]));
    return { lossNats: outputs.loss![0]!, gradient: named('gradient'), product: named('product') };
  } finally {
    await graph.dispose();
  }
}
