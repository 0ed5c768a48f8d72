/**
 * Measures one shape in a process of its own: `tsx bench/measured-shape.ts NAME BATCH MICRO_BATCH`.
 *
 * Steps and products take turns: as many steps as a run takes in one call, then products for about as long (at most
 * 2 s), of which the first ones still meet the other session's spinning threads. Prints a `Measured` as JSON.
 */
import { callSeconds } from '../src/train/index.js';
import { productMeter, seconds } from './matrix-product.js';
import { shapeTrainer } from './shape-trainer.js';
import { modelOf, shapeNamed } from './shapes.js';

export interface Measured {
  /** Of a step, in the best call. */
  seconds: number;
  /** Best single product. */
  gemmGflops: number;
  /** Most memory that the process ever held, the yardstick's 0.1 GB included. */
  peakBytes: number;
}

const longestBurst = 2;

const [name, batch, microBatch] = process.argv.slice(2);
const shape = shapeNamed(name);
const take = await shapeTrainer(shape, modelOf(shape), {
  batch: Number(batch),
  microBatch: Number(microBatch),
});
const measureProducts = await productMeter();
let gemmGflops = 0;
let best = await seconds(() => take(1));
for (let taken = 0; taken < shape.steps; ) {
  const count = Math.max(1, Math.floor(callSeconds / best));
  gemmGflops = Math.max(gemmGflops, await measureProducts(Math.min(best * count, longestBurst)));
  best = Math.min(best, (await seconds(() => take(count))) / count);
  taken += count;
}
const peakBytes = process.resourceUsage().maxRSS * 1024;
console.log(JSON.stringify({ seconds: best, gemmGflops, peakBytes } satisfies Measured));
