/** The type of a lowering rule. */
import type { Node, OpName, Tensor } from '../ops.js';
import type { Emitter } from './emitter.js';

/**
 * How an op reaches ONNX: `expand` gives the same value in simpler ops, before any other pass, so that a forward
 * op and its gradient share what they both compute; `emit` writes nodes and names the result.
 */
export type Lowering<K extends OpName> =
  | { readonly expand: (node: Node<K>) => Tensor }
  | { readonly emit: (emitter: Emitter, node: Node<K>, inputs: readonly string[]) => string };
export type Lowerings<K extends OpName = OpName> = { readonly [Name in K]: Lowering<Name> };

/** An op that is one ONNX node without attributes. */
export function direct(type: string): {
  emit: (emitter: Emitter, node: unknown, inputs: readonly string[]) => string;
} {
  return { emit: (emitter, _node, inputs) => emitter.call({ type, inputs }) };
}
