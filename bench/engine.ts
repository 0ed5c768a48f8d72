/**
 * `npm run -s bench:engine`: how much of ONNX Runtime's own matrix-product rate a whole training step reaches.
 *
 * Steps and products take turns in one process on 2 threads: a step, then products for about as long as a step, of which
 * the first ones still meet the other session's spinning threads. The best step and the best single product count, so a
 * busy machine, which a product dodges more easily than a step, lowers the ratio. Model arithmetic is
 * tokens × flopsPerToken: recomputation, masks and copies count for nothing.
 */
import { build, CompiledGraph, floatTensor, graphOf } from '../src/graph/index.js';
import { buildModel, chooseMicroBatch, flopsPerToken, initialise } from '../src/model/index.js';
import { Random } from '../src/random.js';
import { createOnnxTrainer } from '../src/train/onnx/index.js';

const threads = 2;
const random = Random.fromSeed(0);
const optimizer = { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1, gradientClip: 1 };
const shapes = [
  {
    name: '4x256',
    layers: 4,
    width: 256,
    heads: 4,
    vocabularySize: 8192,
    context: 256,
    batch: 16,
    steps: 24,
  },
  { name: '2x64', layers: 2, width: 64, heads: 4, vocabularySize: 4096, context: 128, batch: 32, steps: 100 },
];

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - start) / 1e9;
}

/** A function that multiplies 2048 × 768 × 3072 matrices for about that long; returns the best GFLOP/s. */
async function productMeter(): Promise<(burstSeconds: number) => Promise<number>> {
  const [m, k, n] = [2048, 768, 3072];
  const a = build.input('a', [m, k]);
  const b = build.input('b', [k, n]);
  const compiled = await CompiledGraph.compile(graphOf({ product: build.matmul(a, b) }), { threads });
  const array = (rows: number, columns: number) =>
    floatTensor(
      new Float32Array(rows * columns).map(() => random.uniform() - 0.5),
      [rows, columns],
    );
  const feeds = { a: array(m, k), b: array(k, n) };
  const results = { product: array(m, n) };
  const run = () => compiled.run(feeds, results);
  await run();
  return async (burstSeconds) => {
    let best = Number.POSITIVE_INFINITY;
    for (let total = 0; total < burstSeconds; ) {
      const once = await seconds(run);
      best = Math.min(best, once);
      total += once;
    }
    return (2 * m * k * n) / best / 1e9;
  };
}

const measureProducts = await productMeter();
let gemmGflops = 0;
const rows = [];
for (const { name, layers, width, heads, vocabularySize, context, batch, steps } of shapes) {
  const config = { family: 'gpt2', layers, width, heads, mlpWidth: 4 * width } as const;
  const model = buildModel(config, { vocabularySize, context });
  const state = {
    step: 0,
    parameters: initialise(model, random),
    firstMoments: new Map(),
    secondMoments: new Map(),
  };
  const microBatch = chooseMicroBatch(model, batch, 4 * 2 ** 30);
  const trainer = await createOnnxTrainer(model, state, { batch, microBatch, context, threads, optimizer });
  const windows = Int32Array.from({ length: batch * (context + 1) }, () => random.below(vocabularySize));
  let best = await seconds(() => trainer.step(windows, 1e-3));
  for (let step = 0; step < steps; step++) {
    gemmGflops = Math.max(gemmGflops, await measureProducts(best));
    best = Math.min(best, await seconds(() => trainer.step(windows, 1e-3)));
  }
  await trainer.dispose();
  const tokensPerSecond = (batch * context) / best;
  rows.push({ name, tokensPerSecond, modelGflops: (tokensPerSecond * flopsPerToken(model)) / 1e9 });
}
console.log(
  JSON.stringify({
    threads,
    gemmGflops,
    shapes: rows.map((row) => ({ ...row, ratio: row.modelGflops / gemmGflops })),
  }),
);
