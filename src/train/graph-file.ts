/** `graph.json`: the forward graph in the field's own ops, so that another engine runs the same model definition. */
import type { Graph, Tensor } from '../graph/index.js';

/** A graph as JSON: nodes in an order in which inputs come before users. */
export interface GraphFile {
  formatVersion: 1;
  nodes: GraphFileNode[];
  /** Index of the node that is each output. */
  outputs: Record<string, number>;
}

export interface GraphFileNode {
  op: string;
  /** Indices of nodes. */
  inputs: number[];
  attributes: object;
  /** What follows from op, inputs and attributes, for readers that do not want to derive it. */
  shape: readonly number[];
  dtype: string;
}

export function graphFile(graph: Graph): GraphFile {
  const index = new Map<Tensor, number>(graph.nodes.map((node, i) => [node, i]));
  return {
    formatVersion: 1,
    nodes: graph.nodes.map(({ op, inputs, attributes, shape, dtype }) => ({
      op,
      inputs: inputs.map((input) => index.get(input)!),
      attributes,
      shape,
      dtype,
    })),
    outputs: Object.fromEntries(
      Object.entries(graph.outputs).map(([name, tensor]) => [name, index.get(tensor)!]),
    ),
  };
}
