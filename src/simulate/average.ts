/** Mean validation losses over draws of the first layer and of the batches. */
import type { Random } from '../random.js';
import { randomKernel } from './kernel.js';
import type { Settings } from './result.js';
import { trainBySgd } from './sgd.js';
import type { Task } from './task.js';

/** losses[task][width][dataset]: learning rates × checkpoints. */
export type Losses = Float64Array[][][];

/**
 * The datasets of a task share the first layer and the random numbers behind their batches in every draw, so that a
 * difference is that of the data. The expectation of Eq. (9) is the same with and without.
 */
export function averagedLosses(tasks: readonly Task[], settings: Settings, random: Random): Losses {
  return tasks.map(({ datasets, validation }, t) =>
    settings.widths.map((width) => {
      const kernels = firstLayers(settings, t, width, random);
      return datasets.map((dataset) => {
        const total = new Float64Array(settings.learningRates.length * settings.checkpoints.length);
        kernels.forEach((kernel, draw) => {
          const batches = random.split('batches', t, draw);
          const losses = trainBySgd(kernel, dataset, validation, settings, batches);
          for (let at = 0; at < total.length; at++) total[at]! += losses[at]! / settings.draws;
        });
        return total;
      });
    }),
  );
}

/** The kernel of the first layer in every draw; the same ones whoever asks. */
export function firstLayers(
  { activation, draws }: Settings,
  task: number,
  width: number,
  random: Random,
): Float64Array[] {
  return Array.from({ length: draws }, (_, draw) =>
    randomKernel(activation, width, random.split('task', task, 'first layer', width, draw)),
  );
}
