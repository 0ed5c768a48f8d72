/** The state that a run left in its checkpoint, optimizer included: where the terms of the bound are taken. */
import { join } from 'node:path';
import type { Model } from '../model/index.js';
import { readSafetensors } from '../store/index.js';
import type { TrainState } from '../train/index.js';

/**
 * @param folder of a run that has finished
 * @returns moments are empty when the trainer left none
 */
export async function readTrainState(folder: string, model: Model): Promise<TrainState> {
  const { tensors, metadata } = await readSafetensors(join(folder, 'checkpoint.safetensors'));
  const named = (prefix: string): Map<string, Float32Array> =>
    new Map(
      model.parameters.flatMap(({ name }) => {
        const tensor = tensors.get(`${prefix}${name}`);
        return tensor === undefined ? [] : [[name, tensor.data] as const];
      }),
    );
  return {
    step: Number(metadata.step),
    parameters: named(''),
    firstMoments: named('optimizer.first.'),
    secondMoments: named('optimizer.second.'),
  };
}
