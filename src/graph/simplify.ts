/**
 * Algebra that moves work off large tensors. Values change by rounding only.
 *
 * The gradient of a language model's loss with respect to its logits is w∘(softmax(z) − onehot(t)). Row weights w move to
 * the other side of a product, so that arrays of the size of the logits are not scaled. Sums that only collect parts
 * or products become the concatenation or the product itself.
 */
import { add, addMatmul, concatenate, matmul, multiply, scatterAdd } from './build.js';
import { type Graph, rebuild } from './graph.js';
import type { Node, Tensor } from './ops.js';
import { sameShape } from './shapes/index.js';

/** Applies the rules to every tensor, inputs first, until none changes anything. */
export function simplify(graph: Graph): Graph {
  const uses = countUses(graph);
  let changed = false;
  const next = rebuild(graph, (tensor, original) => {
    const usedOnce = (side: 0 | 1): boolean => uses.get(original.inputs[side]!) === 1;
    const simpler = simplifyOne(tensor, usedOnce);
    changed ||= simpler !== tensor;
    return simpler;
  });
  return changed ? simplify(next) : next;
}

function countUses({ nodes, outputs }: Graph): Map<Tensor, number> {
  const uses = new Map<Tensor, number>();
  const used = [...nodes.flatMap(({ inputs }) => [...inputs]), ...Object.values(outputs)];
  for (const tensor of used) uses.set(tensor, (uses.get(tensor) ?? 0) + 1);
  return uses;
}

function simplifyOne(tensor: Tensor, usedOnce: (side: 0 | 1) => boolean): Tensor {
  if (tensor.op === 'matmul') return moveRowWeights(tensor) ?? tensor;
  if (tensor.op !== 'add') return tensor;
  const [a, b] = tensor.inputs;
  return (
    joinPads(tensor) ?? addInto(a, b, tensor, usedOnce(1)) ?? addInto(b, a, tensor, usedOnce(0)) ?? tensor
  );
}

/** (w∘P)·B = w∘(P·B), and (w∘P)ᵀ·X = Pᵀ·(w∘X), for a column w. */
function moveRowWeights({ inputs: [a, b], attributes }: Node<'matmul'>): Tensor | undefined {
  if (a.op !== 'multiply' || a.shape.length !== 2 || b.shape.length !== 2) return undefined;
  const [weights, values] = a.inputs;
  if (!sameShape(weights.shape, [a.shape[0]!, 1]) || !sameShape(values.shape, a.shape)) return undefined;
  if (!attributes.transposeA) return multiply(weights, matmul(values, b, attributes));
  return attributes.transposeB ? undefined : matmul(values, multiply(weights, b), attributes);
}

/** Sums in which `term` can take `rest` in while it is computed. */
function addInto(rest: Tensor, term: Tensor, { shape }: Node<'add'>, usedOnce: boolean): Tensor | undefined {
  if (!sameShape(rest.shape, shape) || !sameShape(term.shape, shape)) return undefined;
  if (isZeros(term)) return rest;
  if (!usedOnce) return undefined;
  if (term.op === 'scatterAdd') {
    const [base, indices, updates] = term.inputs;
    return scatterAdd(add(rest, base), indices, updates);
  }
  // What comes from outside lies in cold memory, and Gemm would first copy it, on one thread.
  if (rest.op === 'input') return undefined;
  if (term.op === 'matmul' && term.attributes.scale === 1 && term.inputs.every((x) => x.shape.length === 2)) {
    const { transposeA, transposeB } = term.attributes;
    return addMatmul(rest, ...term.inputs, { transposeA, transposeB });
  }
  return undefined;
}

/** A sum of padded parts that tile an axis is their concatenation. */
function joinPads(tensor: Node<'add'>): Tensor | undefined {
  const parts = padsOf(tensor as Tensor)?.sort((a, b) => a.attributes.before - b.attributes.before);
  const axis = parts?.[0]?.attributes.axis;
  if (parts === undefined || axis === undefined) return undefined;
  let end = 0;
  for (const part of parts) {
    if (part.attributes.axis !== axis || part.attributes.before !== end) return undefined;
    end += part.inputs[0].shape[axis]!;
  }
  return end === tensor.shape[axis]
    ? concatenate(
        parts.map((part) => part.inputs[0]),
        axis,
      )
    : undefined;
}

function padsOf(tensor: Tensor): Node<'pad'>[] | undefined {
  if (tensor.op === 'pad') return [tensor];
  if (tensor.op !== 'add') return undefined;
  const [left, right] = tensor.inputs.map(padsOf);
  return left === undefined || right === undefined ? undefined : [...left, ...right];
}

const isZeros = (tensor: Tensor): boolean =>
  tensor.op === 'broadcast' && tensor.inputs[0].op === 'constant' && tensor.inputs[0].attributes.value === 0;
