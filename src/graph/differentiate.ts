/**
 * Reverse-mode differentiation as a graph transform.
 *
 * The result is made of ops of the same set, so it can be differentiated again: a Hessian-vector product is
 * `gradients(sum(multiply(gradients(loss, [w])[0], v)), [w])`.
 */
import { AssayError } from '../errors.js';
import { add, constant, zeros } from './build.js';
import { gradientRules } from './gradients/index.js';
import { type Graph, graphOf, inOrder, outputOf } from './graph.js';
import type { Node, OpName, Tensor } from './ops.js';
import { showType } from './shapes/index.js';

/**
 * ∂loss/∂w for each w, with w's shape; zeros where loss does not depend on w.
 * @param loss float32 of shape []
 */
export function gradients(loss: Tensor, wrt: readonly Tensor[]): Tensor[] {
  if (loss.dtype !== 'float32' || loss.shape.length !== 0) {
    throw new AssayError('differentiate', 'not a loss', { expected: 'float32[]', got: showType(loss) });
  }
  const order = inOrder([loss]);
  const active = dependents(order, new Set(wrt));
  const collected = new Map<Tensor, Tensor>([[loss, constant(1)]]);
  for (const node of order.reverse()) {
    const gradient = collected.get(node);
    if (gradient === undefined || !active.has(node)) continue;
    const contributions = applyRule(node, gradient);
    node.inputs.forEach((input, i) => {
      const contribution = contributions[i];
      if (contribution === undefined || !active.has(input)) return;
      const earlier = collected.get(input);
      collected.set(input, earlier === undefined ? contribution : add(earlier, contribution));
    });
  }
  return wrt.map((tensor) => collected.get(tensor) ?? zeros(tensor.shape));
}

/**
 * A graph with the outputs of `graph` and `gradient:<name>` for every parameter name of `wrt`.
 * @param loss name of a float32 output of shape []
 */
export function differentiate(graph: Graph, loss: string, wrt: readonly string[]): Graph {
  const tensors = wrt.map((name) => {
    const found = graph.nodes.find((node) => node.op === 'parameter' && node.attributes.name === name);
    if (found === undefined) throw new AssayError('differentiate', `no parameter "${name}" in the graph`);
    return found;
  });
  const results = gradients(outputOf(graph, loss), tensors);
  return graphOf({
    ...graph.outputs,
    ...Object.fromEntries(wrt.map((name, i) => [`gradient:${name}`, results[i]!])),
  });
}

/** The nodes that depend on a root, roots included: gradients are worth computing only there. */
function dependents(order: readonly Tensor[], roots: ReadonlySet<Tensor>): Set<Tensor> {
  const found = new Set<Tensor>(roots);
  for (const node of order) {
    if (node.inputs.some((input) => found.has(input))) found.add(node);
  }
  return found;
}

function applyRule<K extends OpName>(node: Node<K>, gradient: Tensor): readonly (Tensor | undefined)[] {
  return gradientRules[node.op](node, gradient);
}
