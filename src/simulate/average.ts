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
  const { activation, widths, draws } = settings;
  return tasks.map(({ datasets, validation }, t) =>
    widths.map((width) => {
      const kernels = firstLayers(settings, width, random.split('task', t));
      return datasets.map((dataset) => {
        const total = new Float64Array(settings.learningRates.length * settings.checkpoints.length);
        for (let draw = 0; draw < draws; draw++) {
          const batches = random.split('batches', t, draw);
          const losses = trainBySgd(kernels[draw]!, dataset, validation, settings, batches);
          for (let at = 0; at < total.length; at++) total[at]! += losses[at]! / draws;
        }
        return total;
      });
    }),
  );

  function firstLayers({ draws }: Settings, width: number, from: Random): Float64Array[] {
    return Array.from({ length: draws }, (_, draw) =>
      randomKernel(activation, width, from.split('first layer', width, draw)),
    );
  }
}
