/**
 * The type of a gradient rule: from a tensor y and ∂loss/∂y to ∂loss/∂input for each input, in ops of the same set.
 *
 * `undefined` means that no gradient flows: indices, or a derivative that is 0 wherever it exists.
 * In the derivations beside the rules, `g` is ∂loss/∂y.
 */
import type { Inputs, Node, OpName, Tensor } from '../ops.js';

export type GradientRule<K extends OpName> = (y: Node<K>, g: Tensor) => PerInput<Inputs<K>>;
type PerInput<I extends readonly unknown[]> = { readonly [Position in keyof I]: Tensor | undefined };
export type GradientRules<K extends OpName = OpName> = { readonly [Name in K]: GradientRule<Name> };
