/** Works on one thread until it is killed, and tells its parent of every unit of work: a step of a shape, or eight matrix products. */
import { matrixProduct } from './matrix-product.js';
import { shapeTrainer } from './shape-trainer.js';
import { microBatchOf, modelOf, shapeNamed } from './shapes.js';

const work = process.argv[2]!;
const now = () => performance.timeOrigin + performance.now();

async function unitOf(name: string): Promise<() => Promise<unknown>> {
  if (name === 'product') {
    const multiply = await matrixProduct(1);
    return async () => {
      for (let i = 0; i < 8; i++) await multiply();
    };
  }
  const shape = shapeNamed(name);
  const model = modelOf(shape);
  const split = { batch: shape.batch, microBatch: microBatchOf(shape, model) };
  const takeSteps = await shapeTrainer(shape, model, split, 1);
  return () => takeSteps(1);
}

const unit = await unitOf(work);
process.on('disconnect', () => process.exit());
for (;;) {
  const begin = now();
  await unit();
  process.send!({ begin, end: now() });
  // The channel is written between two units, not within one.
  await new Promise((resolve) => setImmediate(resolve));
}
