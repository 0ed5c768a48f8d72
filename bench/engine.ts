/**
 * `npm run -s bench:engine [-- --shape NAME]`: how much of ONNX Runtime's own matrix-product rate a whole training step
 * reaches, and how much memory it takes, on 2 threads.
 *
 * A shape's steps are compared with the products between them: the best step and the best single product count, so a busy
 * machine, which a product dodges more easily than a step, lowers the ratio. Model arithmetic is tokens × flopsPerToken: recomputation, masks and copies count for
 * nothing. A shape is measured twice, each time in a fresh process: with the passes that a run takes, and as a step of
 * one pass (of the whole batch, or of the windows that the shape fixes for a pass).
 */
import { execFile } from 'node:child_process';
import { freemem } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { flopsPerToken, stepBytes } from '../src/model/index.js';
import type { Measured } from './measured-shape.js';
import { type Split, threads } from './shape-trainer.js';
import { chosenShapes, microBatchOf, modelOf, type Shape } from './shapes.js';

async function measure({ name }: Shape, { batch, microBatch }: Split): Promise<Measured> {
  const script = join(import.meta.dirname, 'measured-shape.ts');
  const args = ['--import', 'tsx', script, name, String(batch), String(microBatch)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout);
}

const measured = [];
for (const shape of chosenShapes(process.argv)) {
  const model = modelOf(shape);
  const split = { batch: shape.batch, microBatch: microBatchOf(shape, model) };
  const once = { batch: shape.onePass, microBatch: shape.onePass };
  const run = await measure(shape, split);
  const needed = stepBytes(model, once.microBatch);
  const free = freemem();
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
  const onePass =
    split.microBatch === split.batch
      ? run
      : needed > free
        ? `needs ${gigabytes(needed)}, free are ${gigabytes(free)}`
        : await measure(shape, once);
  measured.push({ shape, split, once, run, onePass, flops: flopsPerToken(model) });
}

const rows = measured.map(({ shape, split, once, run, onePass, flops }) => {
  const gflopsOf = (batch: number, { seconds }: Measured): number =>
    (batch * shape.context * flops) / seconds / 1e9;
  const modelGflops = gflopsOf(split.batch, run);
  return {
    name: shape.name,
    tokensPerSecond: (split.batch * shape.context) / run.seconds,
    modelGflops,
    gemmGflops: run.gemmGflops,
    ratio: modelGflops / run.gemmGflops,
    ...split,
    peakBytes: run.peakBytes,
    ...(typeof onePass === 'string'
      ? { ratioWithoutAccumulation: null, whyNot: onePass }
      : { ratioWithoutAccumulation: gflopsOf(once.batch, onePass) / onePass.gemmGflops }),
  };
});
const gemmGflops = Math.max(...rows.map((row) => row.gemmGflops));
console.log(JSON.stringify({ threads, gemmGflops, shapes: rows }));
