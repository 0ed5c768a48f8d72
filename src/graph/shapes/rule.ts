/** The type of a shape rule: from the inputs' types and the attributes to the result's type, or an AssayError. */
import type { Attributes, Inputs, OpName, TensorType } from '../ops.js';

export type ShapeRule<K extends OpName> = (inputs: Inputs<K>, attributes: Attributes<K>) => TensorType;
export type ShapeRules<K extends OpName = OpName> = { readonly [Name in K]: ShapeRule<Name> };
