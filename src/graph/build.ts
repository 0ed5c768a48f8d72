/**
 * One function per op: checks the inputs by the op's shape rule and makes the tensor.
 *
 * `negate(x)` and `add(a, b)` read like arithmetic; ops with attributes take them last, with defaults where one
 * value is usual. All throw an AssayError when shapes or types do not fit.
 */
import type { Attributes, DType, Inputs, Node, OpName, Shape, Tensor } from './ops.js';
import { sameShape, shapeRules } from './shapes/index.js';

/** Any op by name; the functions below are its readable forms. */
export function make<K extends OpName>(op: K, inputs: Inputs<K>, attributes: Attributes<K>): Tensor {
  const node: Node<K> = { op, inputs, attributes, ...shapeRules[op](inputs, attributes) };
  return node as unknown as Tensor;
}

export const parameter = (name: string, shape: Shape): Tensor => make('parameter', [], { name, shape });
export const input = (name: string, shape: Shape, dtype: DType = 'float32'): Tensor =>
  make('input', [], { name, shape, dtype });
export const constant = (value: number): Tensor => make('constant', [], { value });

export const add = (a: Tensor, b: Tensor): Tensor => make('add', [a, b], {});
export const subtract = (a: Tensor, b: Tensor): Tensor => make('subtract', [a, b], {});
export const multiply = (a: Tensor, b: Tensor): Tensor => make('multiply', [a, b], {});
export const divide = (a: Tensor, b: Tensor): Tensor => make('divide', [a, b], {});
export const negate = (x: Tensor): Tensor => make('negate', [x], {});
export const exp = (x: Tensor): Tensor => make('exp', [x], {});
export const log = (x: Tensor): Tensor => make('log', [x], {});
export const sqrt = (x: Tensor): Tensor => make('sqrt', [x], {});
export const sigmoid = (x: Tensor): Tensor => make('sigmoid', [x], {});
export const erf = (x: Tensor): Tensor => make('erf', [x], {});
export const relu = (x: Tensor): Tensor => make('relu', [x], {});
export const step = (x: Tensor): Tensor => make('step', [x], {});
export const gelu = (x: Tensor): Tensor => make('gelu', [x], {});
export const exactGelu = (x: Tensor): Tensor => make('exactGelu', [x], {});
export const silu = (x: Tensor): Tensor => make('silu', [x], {});

/** x itself if it has that shape already. */
export const reshape = (x: Tensor, shape: Shape): Tensor =>
  sameShape(x.shape, shape) ? x : make('reshape', [x], { shape });
export const transpose = (x: Tensor, permutation: readonly number[]): Tensor =>
  make('transpose', [x], { permutation });
export const slice = (x: Tensor, axis: number, start: number, end: number): Tensor =>
  make('slice', [x], { axis, start, end });
export const pad = (x: Tensor, axis: number, before: number, after: number): Tensor =>
  make('pad', [x], { axis, before, after });
export const concatenate = (inputs: readonly Tensor[], axis: number): Tensor =>
  make('concatenate', inputs, { axis });
/** x itself if it has that shape already. */
export const broadcast = (x: Tensor, shape: Shape): Tensor =>
  sameShape(x.shape, shape) ? x : make('broadcast', [x], { shape });
export const reduceSum = (x: Tensor, axes: readonly number[], keepDimensions = false): Tensor =>
  axes.length === 0 ? x : make('reduceSum', [x], { axes, keepDimensions });

export const after = (x: Tensor, earlier: Tensor): Tensor => make('after', [x, earlier], {});

interface MatmulOptions {
  transposeA?: boolean;
  transposeB?: boolean;
  /** Default 1. */
  scale?: number;
}
export const matmul = (a: Tensor, b: Tensor, options: MatmulOptions = {}): Tensor =>
  make('matmul', [a, b], { transposeA: false, transposeB: false, scale: 1, ...options });
export const addMatmul = (
  c: Tensor,
  a: Tensor,
  b: Tensor,
  options: Omit<MatmulOptions, 'scale'> = {},
): Tensor => make('addMatmul', [c, a, b], { transposeA: false, transposeB: false, ...options });
export const linear = (x: Tensor, weight: Tensor, bias?: Tensor, transposeWeight = false): Tensor =>
  make('linear', bias === undefined ? [x, weight] : [x, weight, bias], { transposeWeight });
interface AttentionOptions {
  /** Default `heads`. */
  keyValueHeads?: number;
  /** Default 1/√size. */
  scale?: number;
  /** Default all positions. */
  window?: number;
}
export const causalAttention = (
  query: Tensor,
  key: Tensor,
  value: Tensor,
  heads: number,
  options: AttentionOptions = {},
): Tensor =>
  make('causalAttention', [query, key, value], {
    heads,
    keyValueHeads: options.keyValueHeads ?? heads,
    scale: options.scale ?? 1 / Math.sqrt(query.shape.at(-1)! / heads),
    window: options.window ?? query.shape.at(-2)!,
  });
export const rotary = (
  x: Tensor,
  attributes: Omit<Attributes<'rotary'>, 'reverse'> & { reverse?: boolean },
): Tensor => make('rotary', [x], { reverse: false, ...attributes });

export const softmax = (x: Tensor): Tensor => make('softmax', [x], {});
/** @param window default all columns up to the row's own */
export const causalSoftmax = (x: Tensor, window: number = x.shape.at(-1)!): Tensor =>
  make('causalSoftmax', [x], { window });
export const logSumExp = (x: Tensor): Tensor => make('logSumExp', [x], {});
export const standardise = (x: Tensor, epsilon: number): Tensor => make('standardise', [x], { epsilon });
export const inverseDeviation = (x: Tensor, epsilon: number): Tensor =>
  make('inverseDeviation', [x], { epsilon });
export const layerNorm = (x: Tensor, gain: Tensor, bias: Tensor, epsilon: number): Tensor =>
  make('layerNorm', [x, gain, bias], { epsilon });
export const rmsStandardise = (x: Tensor, epsilon: number): Tensor =>
  make('rmsStandardise', [x], { epsilon });
export const inverseRms = (x: Tensor, epsilon: number): Tensor => make('inverseRms', [x], { epsilon });
export const rmsNorm = (x: Tensor, gain: Tensor, epsilon: number): Tensor =>
  make('rmsNorm', [x, gain], { epsilon });

export const embedding = (table: Tensor, indices: Tensor): Tensor => make('embedding', [table, indices], {});
export const scatterAdd = (base: Tensor, indices: Tensor, updates: Tensor): Tensor =>
  make('scatterAdd', [base, indices, updates], {});
export const pick = (x: Tensor, indices: Tensor): Tensor => make('pick', [x, indices], {});
export const oneHot = (values: Tensor, indices: Tensor, size: number): Tensor =>
  make('oneHot', [values, indices], { size });
export const put = (x: Tensor, indices: Tensor, values: Tensor): Tensor =>
  make('put', [x, indices, values], {});
export const crossEntropy = (logits: Tensor, targets: Tensor): Tensor =>
  make('crossEntropy', [logits, targets], {});
export const tokenCrossEntropy = (logits: Tensor, targets: Tensor, weights: Tensor): Tensor =>
  make('tokenCrossEntropy', [logits, targets, weights], {});

// Short forms made of the ops above.

export const zeros = (shape: Shape): Tensor => broadcast(constant(0), shape);
/** Sum of all entries, shape []. */
export const sum = (x: Tensor): Tensor => reduceSum(x, [...x.shape.keys()]);
export const scale = (x: Tensor, factor: number): Tensor => multiply(constant(factor), x);
/** A new last axis of length 1, so that [...] scales the rows of [..., n]. */
export const column = (x: Tensor): Tensor => reshape(x, [...x.shape, 1]);
/** Sum over the last axis, kept with length 1. */
export const rowSum = (x: Tensor): Tensor => reduceSum(x, [x.shape.length - 1], true);
/** [..., n] as a matrix [rows, n]. */
export function rows(x: Tensor): Tensor {
  const width = x.shape.at(-1)!;
  return reshape(x, [x.shape.reduce((product, length) => product * length, 1) / width, width]);
}

/** The transpose of broadcasting: sums `x` over the axes along which `shape` was repeated to reach its shape. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  const lead = x.shape.length - shape.length;
  const axes = [...x.shape.keys()].filter(
    (axis) => axis < lead || (shape[axis - lead] === 1 && x.shape[axis] !== 1),
  );
  return reshape(reduceSum(x, axes, true), shape);
}
