/** A graph: named outputs, and all that they depend on, inputs before users. */
import { AssayError } from '../errors.js';
import { make } from './build.js';
import type { Node, OpName, Tensor } from './ops.js';

export interface Graph {
  /** Every tensor once, each after its inputs. */
  readonly nodes: readonly Tensor[];
  /** In the order in which they were given. */
  readonly outputs: Readonly<Record<string, Tensor>>;
}

/** The graph of what `outputs` depend on, and of nothing else. */
export function graphOf(outputs: Readonly<Record<string, Tensor>>): Graph {
  return { nodes: inOrder(Object.values(outputs)), outputs: { ...outputs } };
}

/** Depth first, inputs from left to right: the order is a function of the graph alone. */
export function inOrder(roots: readonly Tensor[]): Tensor[] {
  const nodes: Tensor[] = [];
  const seen = new Set<Tensor>();
  // A stack of its own, because a deep model would overflow the call stack.
  const stack = [...roots].reverse().map((tensor) => ({ tensor, next: 0 }));
  while (stack.length > 0) {
    const top = stack.at(-1)!;
    const input = top.tensor.inputs[top.next++];
    if (seen.has(top.tensor)) stack.pop();
    else if (input !== undefined) {
      if (!seen.has(input)) stack.push({ tensor: input, next: 0 });
    } else {
      seen.add(top.tensor);
      nodes.push(top.tensor);
      stack.pop();
    }
  }
  return nodes;
}

export function outputOf(graph: Graph, name: string): Tensor {
  const tensor = graph.outputs[name];
  if (tensor === undefined) {
    throw new AssayError('graph', 'no such output', {
      expected: Object.keys(graph.outputs).join(', '),
      got: name,
    });
  }
  return tensor;
}

/** The leaves of one kind, by name, in order of first use. */
export function leavesOf<K extends 'parameter' | 'input'>(graph: Graph, op: K): Map<string, Node<K>> {
  const leaves = new Map<string, Node<K>>();
  for (const node of graph.nodes) {
    if (node.op === op) leaves.set((node as Node<K>).attributes.name, node as Node<K>);
  }
  return leaves;
}

/**
 * Rebuilds a graph from its leaves up.
 * @param change gets a tensor whose inputs are rebuilt already, and returns what takes its place
 */
export function rebuild(graph: Graph, change: (tensor: Tensor, original: Tensor) => Tensor): Graph {
  const replacements = new Map<Tensor, Tensor>();
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((tensor) => replacements.get(tensor)!);
    const same = inputs.every((tensor, i) => tensor === node.inputs[i]);
    replacements.set(node, change(same ? node : withInputs(node, inputs), node));
  }
  return graphOf(
    Object.fromEntries(
      Object.entries(graph.outputs).map(([name, tensor]) => [name, replacements.get(tensor)!]),
    ),
  );
}

function withInputs<K extends OpName>(node: Node<K>, inputs: readonly Tensor[]): Tensor {
  return make(node.op, inputs as Node<K>['inputs'], node.attributes);
}
