/** The yardstick: ONNX Runtime's own fp32 matrix product of 2048 × 768 × 3072. */
import { build, CompiledGraph, floatTensor, graphOf } from '../src/graph/index.js';
import { Random } from '../src/random.js';
import { threads } from './shape-trainer.js';

export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - start) / 1e9;
}

const [m, k, n] = [2048, 768, 3072];

/** A function that multiplies for about that long; returns the best single product's GFLOP/s. */
export async function productMeter(): Promise<(burstSeconds: number) => Promise<number>> {
  const run = await matrixProduct(threads);
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

/** A function that multiplies once; it has done so before. */
export async function matrixProduct(threads: number): Promise<() => Promise<unknown>> {
  const random = Random.fromSeed(0);
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
  return run;
}
