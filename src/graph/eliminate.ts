/** Passes that remove work: what nobody asks for, and what was computed already. */
import { type Graph, graphOf, outputOf, rebuild } from './graph.js';
import type { Tensor } from './ops.js';
import { showAttributes } from './print.js';

/** Keeps the named outputs and what they depend on. */
export function eliminateDeadCode(graph: Graph, keep: readonly string[] = Object.keys(graph.outputs)): Graph {
  return graphOf(Object.fromEntries(keep.map((name) => [name, outputOf(graph, name)])));
}

/** Makes tensors with the same op, attributes and inputs one. Every op is a pure function, so this is safe. */
export function eliminateCommonSubexpressions(graph: Graph): Graph {
  const numbers = new Map<Tensor, number>();
  const known = new Map<string, Tensor>();
  return rebuild(graph, (tensor) => {
    const key = `${tensor.op} ${tensor.inputs.map((input) => numbers.get(input))} ${showAttributes(tensor)}`;
    const first = known.get(key);
    if (first !== undefined) return first;
    known.set(key, tensor);
    numbers.set(tensor, numbers.size);
    return tensor;
  });
}
