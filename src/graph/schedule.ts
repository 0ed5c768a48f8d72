/**
 * Order, where memory depends on it.
 *
 * ONNX Runtime computes what the end of the graph asks for, and the gradient of a table that is also the embedding is
 * asked for last. But it is made from the gradient of the logits, the largest array of all, which would lie in memory
 * through the whole backward pass. So the other product that reads that array waits for it.
 */
import { after } from './build.js';
import { type Graph, inOrder, rebuild } from './graph.js';
import type { Node, Tensor } from './ops.js';

type Product = Node<'matmul'> | Node<'addMatmul'>;

export function schedule(graph: Graph): Graph {
  const tables = new Map<Tensor, Product>(); // by the gradient of the logits
  for (const node of graph.nodes) {
    const left = leftOf(node);
    if (left?.op === 'put' && (node as Product).attributes.transposeA) tables.set(left, node as Product);
  }
  const first = inOrder([...(tables.values() as Iterable<Tensor>), ...Object.values(graph.outputs)]);
  const rebuilt = new Map<Tensor, Tensor>();
  return rebuild({ nodes: first, outputs: graph.outputs }, (tensor, original) => {
    const table =
      original.op === 'matmul' && !original.attributes.transposeA && tables.get(original.inputs[0]);
    const earlier = table ? rebuilt.get(table as Tensor) : undefined;
    const result = earlier === undefined ? tensor : after(tensor, earlier);
    rebuilt.set(original, result);
    return result;
  });
}

/** The left side of a product. */
function leftOf(node: Tensor): Tensor | undefined {
  if (node.op === 'matmul') return node.inputs[0];
  return node.op === 'addMatmul' ? node.inputs[1] : undefined;
}
