/**
 * Checkpoints: parameters under their own names, moments as `optimizer.first.<name>` and `optimizer.second.<name>`,
 * the step and the run's hash as metadata. No times: equal states give equal bytes.
 */
import { AssayError } from '../errors.js';
import type { Model } from '../model/index.js';
import { readSafetensors, type SafetensorsFile, type Tensor, writeSafetensors } from '../store/index.js';
import type { TrainState } from './engine.js';

const firstMoment = (name: string): string => `optimizer.first.${name}`;
const secondMoment = (name: string): string => `optimizer.second.${name}`;

/**
 * Writes `state` atomically.
 * @param moments false leaves the optimizer's moments out: enough to evaluate and use the model, not to train on
 */
export async function writeCheckpoint(
  path: string,
  model: Model,
  runHash: string,
  state: TrainState,
  moments: boolean,
): Promise<void> {
  const tensors = new Map<string, Tensor>();
  for (const { name, shape } of model.parameters) {
    tensors.set(name, { shape, data: state.parameters.get(name)! });
    if (!moments) continue;
    tensors.set(firstMoment(name), { shape, data: state.firstMoments.get(name)! });
    tensors.set(secondMoment(name), { shape, data: state.secondMoments.get(name)! });
  }
  await writeSafetensors(path, tensors, { step: `${state.step}`, run: runHash });
}

/**
 * Reads the checkpoint of a run of `steps` steps.
 * @throws AssayError when it is no safetensors file, is of another run or model, or lacks moments that are needed
 */
export async function readCheckpoint(
  path: string,
  model: Model,
  runHash: string,
  steps: number,
): Promise<TrainState> {
  const file = await readSafetensors(path);
  const step = Number(file.metadata.step);
  if (file.metadata.run !== runHash || !Number.isInteger(step) || step < 0 || step > steps) {
    throw new AssayError(path, 'not a checkpoint of this run', {
      expected: `run ${runHash} and a step up to ${steps}`,
      got: `run ${file.metadata.run} and step ${file.metadata.step}`,
    });
  }
  const parameters = namedTensors(path, file, model, (name) => name);
  // A run that has taken its last step needs no moments any more.
  if (step === steps && !file.tensors.has(firstMoment(model.parameters[0]!.name))) {
    return { step, parameters, firstMoments: new Map(), secondMoments: new Map() };
  }
  const firstMoments = namedTensors(path, file, model, firstMoment);
  const secondMoments = namedTensors(path, file, model, secondMoment);
  return { step, parameters, firstMoments, secondMoments };
}

/** Reads initial weights: every parameter of the model, moments absent. */
export async function readWeights(path: string, model: Model): Promise<TrainState> {
  const parameters = namedTensors(path, await readSafetensors(path), model, (name) => name);
  return { step: 0, parameters, firstMoments: new Map(), secondMoments: new Map() };
}

function namedTensors(
  path: string,
  file: SafetensorsFile,
  model: Model,
  key: (name: string) => string,
): Map<string, Float32Array> {
  return new Map(
    model.parameters.map(({ name, shape }) => {
      const tensor = file.tensors.get(key(name));
      if (tensor === undefined || tensor.shape.join() !== shape.join()) {
        throw new AssayError(`${path}: tensor "${key(name)}"`, 'does not fit the model', {
          expected: `shape [${shape}]`,
          got: tensor === undefined ? 'no such tensor' : `shape [${tensor.shape}]`,
        });
      }
      return [name, tensor.data];
    }),
  );
}
