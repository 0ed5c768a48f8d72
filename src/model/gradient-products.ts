/** Graphs of sums over a gradient's entries: inner products and norms, without the gradient leaving its graph. */
import { build, type Graph, gradients, graphOf, leavesOf, type Tensor } from '../graph/index.js';

/** What is summed: elementwise in a parameter's gradient and in further arrays of its shape. */
export type GradientProduct = (gradient: Tensor, array: (prefix: string) => Tensor) => Tensor;

/**
 * Inputs: those of `forward`, and `<prefix>:<name>` with the shape of each parameter for every array that is asked for.
 * Outputs: each product [parameters], the sum over the entries of every parameter; to be added up in float64.
 */
export function gradientProductsGraph(
  forward: Graph,
  products: Readonly<Record<string, GradientProduct>>,
): Graph {
  const leaves = [...leavesOf(forward, 'parameter')];
  const found = gradients(
    forward.outputs.loss!,
    leaves.map(([, leaf]) => leaf),
  );
  const summed = (product: GradientProduct): Tensor =>
    build.concatenate(
      found.map((gradient, i) => {
        const array = (prefix: string) => build.input(`${prefix}:${leaves[i]![0]}`, gradient.shape);
        return build.reshape(build.sum(product(gradient, array)), [1]);
      }),
      0,
    );
  return graphOf(Object.fromEntries(Object.entries(products).map(([name, of]) => [name, summed(of)])));
}
