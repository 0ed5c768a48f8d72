/** What each op may look like when it is read from a file: how many inputs, and which attributes. */
import { z } from 'zod';
import type { Attributes, OpName } from './ops.js';

interface OpSchema<K extends OpName> {
  /** Fewest and most inputs. */
  inputs: readonly [fewest: number, most: number];
  attributes: z.ZodType<Attributes<K>>;
}

const whole = z.int().min(0);
const length = z.int().min(1);
const shape = z.array(length);
const name = z.string().min(1);
const none = z.strictObject({});
const epsilon = z.strictObject({ epsilon: z.number().positive() });
const flags = { transposeA: z.boolean(), transposeB: z.boolean() };

const unary = { inputs: [1, 1], attributes: none } as const;
const binary = { inputs: [2, 2], attributes: none } as const;

export const opSchemas: { readonly [K in OpName]: OpSchema<K> } = {
  parameter: { inputs: [0, 0], attributes: z.strictObject({ name, shape }) },
  input: {
    inputs: [0, 0],
    attributes: z.strictObject({ name, shape, dtype: z.enum(['float32', 'int32']) }),
  },
  constant: { inputs: [0, 0], attributes: z.strictObject({ value: z.number() }) },

  add: binary,
  subtract: binary,
  multiply: binary,
  divide: binary,
  negate: unary,
  exp: unary,
  log: unary,
  sqrt: unary,
  sigmoid: unary,
  erf: unary,
  relu: unary,
  step: unary,
  gelu: unary,
  exactGelu: unary,
  silu: unary,

  reshape: { inputs: [1, 1], attributes: z.strictObject({ shape }) },
  transpose: { inputs: [1, 1], attributes: z.strictObject({ permutation: z.array(whole) }) },
  slice: { inputs: [1, 1], attributes: z.strictObject({ axis: whole, start: whole, end: length }) },
  pad: { inputs: [1, 1], attributes: z.strictObject({ axis: whole, before: whole, after: whole }) },
  concatenate: {
    inputs: [1, Number.POSITIVE_INFINITY],
    attributes: z.strictObject({ axis: whole }),
  },
  broadcast: { inputs: [1, 1], attributes: z.strictObject({ shape }) },
  reduceSum: {
    inputs: [1, 1],
    attributes: z.strictObject({ axes: z.array(whole), keepDimensions: z.boolean() }),
  },

  after: binary,

  matmul: { inputs: [2, 2], attributes: z.strictObject({ ...flags, scale: z.number() }) },
  addMatmul: { inputs: [3, 3], attributes: z.strictObject(flags) },
  linear: { inputs: [2, 3], attributes: z.strictObject({ transposeWeight: z.boolean() }) },
  causalAttention: {
    inputs: [3, 3],
    attributes: z.strictObject({ heads: length, keyValueHeads: length, scale: z.number(), window: length }),
  },
  rotary: {
    inputs: [1, 1],
    attributes: z.strictObject({
      heads: length,
      dimensions: length,
      base: z.number().positive(),
      reverse: z.boolean(),
    }),
  },

  softmax: unary,
  causalSoftmax: { inputs: [1, 1], attributes: z.strictObject({ window: length }) },
  logSumExp: unary,
  standardise: { inputs: [1, 1], attributes: epsilon },
  inverseDeviation: { inputs: [1, 1], attributes: epsilon },
  layerNorm: { inputs: [3, 3], attributes: epsilon },
  rmsStandardise: { inputs: [1, 1], attributes: epsilon },
  inverseRms: { inputs: [1, 1], attributes: epsilon },
  rmsNorm: { inputs: [2, 2], attributes: epsilon },

  embedding: binary,
  scatterAdd: { inputs: [3, 3], attributes: none },
  pick: binary,
  oneHot: { inputs: [2, 2], attributes: z.strictObject({ size: length }) },
  put: { inputs: [3, 3], attributes: none },
  crossEntropy: binary,
  tokenCrossEntropy: { inputs: [3, 3], attributes: none },
};

export const opNames = Object.keys(opSchemas) as OpName[];
