/** The region that the proof itself gives, visited through the exact expected loss: it starts after millions of steps. */
import type { Random } from '../random.js';
import { mean } from '../stats/index.js';
import { firstLayers } from './average.js';
import { expectedLoss } from './expected-loss.js';
import type { Region } from './region.js';
import type { Pair, RandomFeatures, Settings } from './result.js';
import type { Task } from './task.js';

export function checkProofRegion(
  tasks: readonly Task[],
  pairs: readonly Pair[],
  region: Region,
  settings: Settings,
  random: Random,
): RandomFeatures['proofCheck'] {
  const run = {
    learningRate: region.largestRate,
    steps: Math.ceil(region.leastSteps),
    batch: settings.batch,
  };
  const width = settings.widths.at(-1)!;
  const losses = tasks.map(({ datasets, validation }, t) => {
    const kernels = firstLayers(settings, t, width, random);
    return datasets.map((dataset) =>
      mean(kernels.map((kernel) => expectedLoss(kernel, dataset, validation, run))),
    );
  });
  const agreeing = pairs.filter(
    ({ task, datasets: [a, b], gap }) => Math.sign(losses[task]![a]! - losses[task]![b]!) === Math.sign(gap),
  );
  return {
    learningRate: run.learningRate,
    steps: run.steps,
    width,
    agreement: agreeing.length / pairs.length,
  };
}
