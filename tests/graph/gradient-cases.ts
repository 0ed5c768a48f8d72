/** Small graphs around every op, over odd shapes: 1, 3, 5, 7, single tokens, a batch of one. */
import { type Array32, build, type OpName, type Shape, type Tensor } from '../../src/graph/index.js';
import { Random } from '../../src/random.js';
import type { Leaves } from './finite-differences.js';

export interface GradientCase {
  y: Tensor;
  leaves: Leaves;
}

type Draw = (random: Random) => number;
const around0: Draw = (random) => random.uniform() * 3 - 1.5;
const positive: Draw = (random) => 0.5 + random.uniform();
/** At least 0.1 from 0, where relu and step have a corner. */
const awayFrom0: Draw = (random) => (random.uniform() + 0.1) * (random.uniform() < 0.5 ? -1 : 1);

class Builder {
  readonly leaves: Leaves = {};
  private readonly random = Random.fromSeed('gradient cases');

  float(shape: Shape, draw: Draw = around0): Tensor {
    return this.leaf(build.parameter(this.nextName(), shape), (size) =>
      Float32Array.from({ length: size }, () => draw(this.random)),
    );
  }

  /** Indices with repeats as soon as there are more of them than `bound`. */
  indices(shape: Shape, bound: number): Tensor {
    return this.leaf(build.input(this.nextName(), shape, 'int32'), (size) =>
      Int32Array.from({ length: size }, () => this.random.below(bound)),
    );
  }

  private nextName(): string {
    return `leaf ${Object.keys(this.leaves).length}`;
  }

  private leaf(tensor: Tensor, values: (size: number) => Array32): Tensor {
    const name = this.nextName();
    const size = tensor.shape.reduce((product, length) => product * length, 1);
    this.leaves[name] = { tensor, values: values(size) };
    return tensor;
  }
}

const of = (make: (b: Builder) => Tensor): GradientCase => {
  const builder = new Builder();
  return { y: make(builder), leaves: builder.leaves };
};

const unary = (op: (x: Tensor) => Tensor, draw?: Draw): GradientCase[] =>
  ([[1], [3, 5], [1, 7, 3]] as Shape[]).map((shape) => of((b) => op(b.float(shape, draw))));

const binary = (op: (a: Tensor, b: Tensor) => Tensor, draw?: Draw): GradientCase[] =>
  (
    [
      [
        [3, 5],
        [3, 5],
      ],
      [[3, 5], [5]],
      [
        [3, 1],
        [3, 7],
      ],
      [[], [7]],
      [
        [2, 1, 3],
        [5, 1],
      ],
    ] as [Shape, Shape][]
  ).map(([left, right]) => of((b) => op(b.float(left, draw), b.float(right, draw))));

const both = [false, true];

/** Total by type: an op without a case does not compile; a test checks it at run time too. */
export const gradientCases: { readonly [K in OpName]: GradientCase[] } = {
  parameter: [of((b) => b.float([3, 5]))],
  input: [of((b) => build.add(b.float([3]), build.pick(b.float([3, 5]), b.indices([3], 5))))],
  constant: [of((b) => build.multiply(b.float([3]), build.constant(1.7)))],

  add: binary(build.add),
  subtract: binary(build.subtract),
  multiply: binary(build.multiply),
  divide: binary(build.divide, positive),
  negate: unary(build.negate),
  exp: unary(build.exp),
  log: unary(build.log, positive),
  sqrt: unary(build.sqrt, positive),
  sigmoid: unary(build.sigmoid),
  erf: unary(build.erf),
  relu: unary(build.relu, awayFrom0),
  step: unary(build.step, awayFrom0),
  gelu: unary(build.gelu),
  exactGelu: unary(build.exactGelu),
  silu: unary(build.silu),

  reshape: [of((b) => build.reshape(b.float([3, 5]), [5, 1, 3]))],
  transpose: [
    of((b) => build.transpose(b.float([3, 5]), [1, 0])),
    of((b) => build.transpose(b.float([2, 3, 1, 5]), [2, 0, 3, 1])),
  ],
  slice: [
    of((b) => build.slice(b.float([3, 7]), 1, 2, 5)),
    of((b) => {
      const x = b.float([3, 7]);
      const cuts = [
        [4, 7],
        [0, 1],
        [1, 4],
      ];
      const parts = cuts.map(([start, end]) => build.exp(build.slice(x, 1, start!, end!)));
      return build.concatenate(parts, 1);
    }),
  ],
  pad: [of((b) => build.pad(b.float([3, 5]), 0, 2, 1)), of((b) => build.pad(b.float([1, 5]), 1, 0, 3))],
  concatenate: [of((b) => build.concatenate([b.float([3, 2]), b.float([3, 5]), b.float([3, 1])], 1))],
  broadcast: [
    of((b) => build.broadcast(b.float([3, 1]), [2, 3, 5])),
    of((b) => build.broadcast(b.float([]), [7])),
  ],
  reduceSum: [
    of((b) => build.reduceSum(b.float([3, 5, 2]), [0, 2])),
    of((b) => build.reduceSum(b.float([3, 5]), [1], true)),
    of((b) => build.sum(b.float([1, 7]))),
  ],

  matmul: both.flatMap((transposeA) =>
    both.flatMap((transposeB) => {
      const options = { transposeA, transposeB, scale: 0.7 };
      const a = transposeA ? [7, 3] : [3, 7];
      const right = transposeB ? [5, 7] : [7, 5];
      return [
        of((b) => build.matmul(b.float(a), b.float(right), options)),
        of((b) => build.matmul(b.float([2, 1, ...a]), b.float([2, 1, ...right]), options)),
        of((b) => build.matmul(b.float([2, ...a]), b.float(right), options)),
        of((b) => build.matmul(b.float(a), b.float([2, ...right]), options)),
      ];
    }),
  ),
  addMatmul: both.flatMap((transposeA) =>
    both.map((transposeB) =>
      of((b) => {
        const a = b.float(transposeA ? [5, 3] : [3, 5]);
        const right = b.float(transposeB ? [7, 5] : [5, 7]);
        return build.addMatmul(b.float(transposeA ? [7] : [3, 7]), a, right, { transposeA, transposeB });
      }),
    ),
  ),
  linear: [
    of((b) => build.linear(b.float([2, 3, 5]), b.float([5, 7]), b.float([7]))),
    of((b) => build.linear(b.float([1, 1, 5]), b.float([7, 5]), b.float([7]), true)),
    of((b) => build.linear(b.float([3, 5]), b.float([5, 1]))),
  ],
  causalAttention: [
    ...[
      [1, 1, 4, 2],
      [1, 5, 6, 3],
      [2, 3, 7, 1],
    ].map(([batch, t, width, heads]) =>
      of((b) => {
        const [query, key, value] = [0, 1, 2].map(() => b.float([batch!, t!, width!]));
        return build.causalAttention(query!, key!, value!, heads!);
      }),
    ),
    // Six heads of size 1 that share two key heads, and four of size 3 that share one; windows shorter than t.
    ...[
      [2, 5, 6, 6, 2, 2],
      [1, 4, 12, 4, 1, 1],
    ].map(([batch, t, width, heads, keyValueHeads, window]) =>
      of((b) => {
        const query = b.float([batch!, t!, width!]);
        const shared = [batch!, t!, (width! / heads!) * keyValueHeads!];
        const options = { keyValueHeads: keyValueHeads!, scale: 0.8, window: window! };
        return build.causalAttention(query, b.float(shared), b.float(shared), heads!, options);
      }),
    ),
  ],
  rotary: [
    of((b) => build.rotary(b.float([1, 3, 4]), { heads: 1, dimensions: 4, base: 10 })),
    of((b) => build.rotary(b.float([2, 5, 15]), { heads: 3, dimensions: 2, base: 10 })),
    of((b) => build.rotary(b.float([1, 3, 10]), { heads: 2, dimensions: 4, base: 7, reverse: true })),
  ],

  softmax: unary(build.softmax),
  causalSoftmax: [
    of((b) => build.causalSoftmax(b.float([1, 1]))),
    of((b) => build.causalSoftmax(b.float([2, 5, 5]))),
    of((b) => build.causalSoftmax(b.float([2, 5, 5]), 2)),
  ],
  logSumExp: [of((b) => build.logSumExp(b.float([3, 5]))), of((b) => build.logSumExp(b.float([7])))],
  standardise: [
    of((b) => build.standardise(b.float([3, 5]), 1e-5)),
    of((b) => build.standardise(b.float([1, 7]), 0.1)),
  ],
  inverseDeviation: [
    of((b) => build.inverseDeviation(b.float([3, 5]), 1e-5)),
    of((b) => build.inverseDeviation(b.float([7]), 0.1)),
  ],
  layerNorm: [
    of((b) => build.layerNorm(b.float([2, 3, 5]), b.float([5]), b.float([5]), 1e-5)),
    of((b) => build.layerNorm(b.float([1, 1, 7]), b.float([7]), b.float([7]), 1e-5)),
  ],
  rmsStandardise: [
    of((b) => build.rmsStandardise(b.float([3, 5]), 1e-5)),
    of((b) => build.rmsStandardise(b.float([1, 7]), 0.1)),
  ],
  inverseRms: [
    of((b) => build.inverseRms(b.float([3, 5]), 1e-5)),
    of((b) => build.inverseRms(b.float([7]), 0.1)),
  ],
  rmsNorm: [
    of((b) => build.rmsNorm(b.float([2, 3, 5]), b.float([5]), 1e-5)),
    of((b) => build.rmsNorm(b.float([1, 1, 7]), b.float([7]), 1e-6)),
  ],

  embedding: [
    of((b) => build.embedding(b.float([3, 5]), b.indices([2, 7], 3))),
    of((b) => build.embedding(b.float([7, 1]), b.indices([1, 1], 7))),
  ],
  scatterAdd: [of((b) => build.scatterAdd(b.float([3, 5]), b.indices([7], 3), b.float([7, 5])))],
  pick: [of((b) => build.pick(b.float([2, 3, 5]), b.indices([2, 3], 5)))],
  oneHot: [of((b) => build.oneHot(b.float([3]), b.indices([3], 5), 5))],
  after: [of((b) => build.after(b.float([3, 5]), b.float([2, 7])))],
  put: [
    of((b) => build.put(b.float([3, 5]), b.indices([3], 5), b.float([3]))),
    of((b) => build.put(b.float([1, 3, 7]), b.indices([1, 3], 7), b.float([1, 3]))),
  ],
  crossEntropy: [
    of((b) => build.crossEntropy(b.float([3, 7]), b.indices([3], 7))),
    of((b) => build.crossEntropy(b.float([1, 1, 5]), b.indices([1, 1], 5))),
  ],
  tokenCrossEntropy: [
    of((b) => build.tokenCrossEntropy(b.float([3, 7]), b.indices([3], 7), b.float([3]))),
    of((b) => build.tokenCrossEntropy(b.float([1, 1, 5]), b.indices([1, 1], 5), b.float([1, 1]))),
    // The projection to a tied vocabulary, where simplification moves the one-hot rows out of the products.
    of((b) => {
      const table = b.float([7, 5]);
      const x = build.add(build.embedding(table, b.indices([3], 7)), b.float([3, 5]));
      return build.tokenCrossEntropy(
        build.linear(x, table, undefined, true),
        b.indices([3], 7),
        b.float([3]),
      );
    }),
  ],
};
