/**
 * The closed set of ops, and the tensors that they make.
 *
 * A tensor is one immutable node: an op, its inputs, its attributes, and the static shape and type that follow.
 * To add an op: a row here, then one in each table that the compiler now calls incomplete (shapes/, gradients/,
 * onnx/, attributes.ts) and in the finite-difference cases of tests/graph.
 *
 * Shapes in comments: `[…, n]` is any number of leading axes, then n. Elementwise ops broadcast as NumPy does.
 */

export type Shape = readonly number[];
export type DType = 'float32' | 'int32';

type None = Record<never, never>;
type Unary = { inputs: readonly [x: Tensor]; attributes: None };
type Binary = { inputs: readonly [a: Tensor, b: Tensor]; attributes: None };

/** Every op: its inputs in order, and its attributes. */
export interface Ops {
  // Leaves.
  /** A trained array, known by name; a weight that is used twice is one parameter. */
  parameter: { inputs: readonly []; attributes: { name: string; shape: Shape } };
  /** An array given anew at every call. */
  input: { inputs: readonly []; attributes: { name: string; shape: Shape; dtype: DType } };
  /** A float32 scalar of shape []. */
  constant: { inputs: readonly []; attributes: { value: number } };

  // Elementwise.
  add: Binary;
  subtract: Binary;
  multiply: Binary;
  divide: Binary;
  negate: Unary;
  exp: Unary;
  log: Unary;
  sqrt: Unary;
  sigmoid: Unary;
  /** 2/√π · ∫₀ˣ exp(−t²) dt. */
  erf: Unary;
  /** max(x, 0). */
  relu: Unary;
  /** 1 where x > 0, else 0. */
  step: Unary;
  /** GELU in its tanh form, as in GPT-2 (Hendrycks and Gimpel 2016, arXiv 1606.08415). */
  gelu: Unary;
  /** GELU as defined, x·½(1 + erf(x/√2)), as in Pythia. */
  exactGelu: Unary;
  /** x·sigmoid(x). */
  silu: Unary;

  // Layout.
  reshape: { inputs: readonly [x: Tensor]; attributes: { shape: Shape } };
  /** Axis i of the result is axis permutation[i] of x. */
  transpose: { inputs: readonly [x: Tensor]; attributes: { permutation: readonly number[] } };
  /** Indices start ≤ i < end of one axis. */
  slice: { inputs: readonly [x: Tensor]; attributes: { axis: number; start: number; end: number } };
  /** Zeros before and after, along one axis. */
  pad: { inputs: readonly [x: Tensor]; attributes: { axis: number; before: number; after: number } };
  concatenate: { inputs: readonly Tensor[]; attributes: { axis: number } };
  /** Repeats axes of length 1, and adds leading axes, up to `shape`. */
  broadcast: { inputs: readonly [x: Tensor]; attributes: { shape: Shape } };
  /** Sum over `axes`, which are dropped, or kept with length 1. */
  reduceSum: {
    inputs: readonly [x: Tensor];
    attributes: { axes: readonly number[]; keepDimensions: boolean };
  };

  /** x as it is, but computed after `earlier`, a matrix as x is; see schedule.ts. */
  after: { inputs: readonly [x: Tensor, earlier: Tensor]; attributes: None };

  // Contractions.
  /** scale · a·b over the last two axes; leading axes are equal, or absent on one side. */
  matmul: {
    inputs: readonly [a: Tensor, b: Tensor];
    attributes: { transposeA: boolean; transposeB: boolean; scale: number };
  };
  /** c + a·b for matrices; c is [m, n] or a row [n]. */
  addMatmul: {
    inputs: readonly [c: Tensor, a: Tensor, b: Tensor];
    attributes: { transposeA: boolean; transposeB: boolean };
  };
  /** x [..., in] · weight [in, out] (or [out, in], transposed) + bias [out]. */
  linear: {
    inputs: readonly [x: Tensor, weight: Tensor] | readonly [x: Tensor, weight: Tensor, bias: Tensor];
    attributes: { transposeWeight: boolean };
  };
  /**
   * Multi-head attention in which position i sees positions i − window < j ≤ i; query and result
   * [batch, t, heads · size], key and value [batch, t, keyValueHeads · size]. Head h is columns h·size …; it reads
   * key and value head ⌊h · keyValueHeads / heads⌋ (Ainslie et al. 2023, arXiv 2305.13245). Scores are multiplied by
   * `scale`.
   */
  causalAttention: {
    inputs: readonly [query: Tensor, key: Tensor, value: Tensor];
    attributes: { heads: number; keyValueHeads: number; scale: number; window: number };
  };
  /**
   * Rotary position embedding (Su et al. 2021, arXiv 2104.09864) of x [batch, t, heads · size]: in each head, entries
   * i and i + dimensions/2 for i < dimensions/2 are one vector, turned by position · base^(−2i/dimensions); the
   * entries from `dimensions` on stay. `reverse` turns the other way, which is the transpose.
   */
  rotary: {
    inputs: readonly [x: Tensor];
    attributes: { heads: number; dimensions: number; base: number; reverse: boolean };
  };

  // Over the last axis.
  softmax: Unary;
  /**
   * Softmax of scores [..., rows, columns] over the last axis. The last row's own position is the last column; a row
   * sees its own and the window − 1 columns before, the others are 0.
   */
  causalSoftmax: { inputs: readonly [x: Tensor]; attributes: { window: number } };
  /** [..., n] → [...]. */
  logSumExp: Unary;
  /** (x − mean) / √(variance + epsilon). */
  standardise: { inputs: readonly [x: Tensor]; attributes: { epsilon: number } };
  /** 1 / √(variance + epsilon), [..., n] → [..., 1]. */
  inverseDeviation: { inputs: readonly [x: Tensor]; attributes: { epsilon: number } };
  /** standardise(x) · gain + bias; gain and bias [n]. */
  layerNorm: {
    inputs: readonly [x: Tensor, gain: Tensor, bias: Tensor];
    attributes: { epsilon: number };
  };

  /** x / √(mean(x²) + epsilon). */
  rmsStandardise: { inputs: readonly [x: Tensor]; attributes: { epsilon: number } };
  /** 1 / √(mean(x²) + epsilon), [..., n] → [..., 1]. */
  inverseRms: { inputs: readonly [x: Tensor]; attributes: { epsilon: number } };
  /** rmsStandardise(x) · gain; gain [n] (Zhang and Sennrich 2019, arXiv 1910.07467). */
  rmsNorm: { inputs: readonly [x: Tensor, gain: Tensor]; attributes: { epsilon: number } };

  // By index; indices are int32.
  /** Rows of a table [rows, width] by indices [...] → [..., width]. */
  embedding: { inputs: readonly [table: Tensor, indices: Tensor]; attributes: None };
  /** base [rows, width], with updates [..., width] added to the rows named by indices [...]. */
  scatterAdd: { inputs: readonly [base: Tensor, indices: Tensor, updates: Tensor]; attributes: None };
  /** One entry of the last axis: x [..., n], indices [...] → [...]. */
  pick: { inputs: readonly [x: Tensor, indices: Tensor]; attributes: None };
  /** values [...] at indices [...] of a new last axis of length `size`, zeros elsewhere. */
  oneHot: { inputs: readonly [values: Tensor, indices: Tensor]; attributes: { size: number } };
  /** x [..., n], but `values` [...] at indices [...] of the last axis. */
  put: { inputs: readonly [x: Tensor, indices: Tensor, values: Tensor]; attributes: None };
  /** logSumExp(logits) − pick(logits, targets), nats per token: logits [..., n], targets [...] → [...]. */
  crossEntropy: { inputs: readonly [logits: Tensor, targets: Tensor]; attributes: None };
  /** weights · crossEntropy(logits, targets), nats per token: logits [..., n], the others [...]. */
  tokenCrossEntropy: {
    inputs: readonly [logits: Tensor, targets: Tensor, weights: Tensor];
    attributes: None;
  };
}

export type OpName = keyof Ops;
export type Inputs<K extends OpName> = Ops[K]['inputs'];
export type Attributes<K extends OpName> = Ops[K]['attributes'];

/** What a shape rule derives. */
export interface TensorType {
  readonly shape: Shape;
  readonly dtype: DType;
}

export interface Node<K extends OpName> extends TensorType {
  readonly op: K;
  readonly inputs: Inputs<K>;
  readonly attributes: Attributes<K>;
}

/** A discriminated union over `op`. */
export type Tensor = { [K in OpName]: Node<K> }[OpName];
