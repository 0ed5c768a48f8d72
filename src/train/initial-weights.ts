/** Initial weights: made once per model and seed, and shared by every recipe, so that recipes start equal. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { initialise, type Model } from '../model/index.js';
import { Random } from '../random.js';
import {
  hashFile,
  hashOf,
  makeFolder,
  stageVersions,
  type Tensor,
  writeSafetensors,
} from '../store/index.js';

export interface InitialWeights {
  path: string;
  /** SHA-256 of the file. */
  hash: string;
}

/** Writes `init-<hash>.safetensors` into `folder`, or finds it there. */
export async function writeInitialWeights(
  folder: string,
  model: Model,
  seed: number,
): Promise<InitialWeights> {
  const { config, vocabularySize, context } = model;
  const key = hashOf({ stage: stageVersions.train, config, vocabularySize, context, seed });
  const path = join(folder, `init-${key.slice(0, 12)}.safetensors`);
  if (!existsSync(path)) {
    makeFolder(folder);
    const values = initialise(model, Random.fromSeed(seed).split('init'));
    const tensors = model.parameters.map(({ name, shape }): [string, Tensor] => [
      name,
      { shape, data: values.get(name)! },
    ]);
    await writeSafetensors(path, new Map(tensors));
  }
  const hash = hashes.get(path) ?? hashFile(path);
  hashes.set(path, hash);
  return { path, hash: await hash };
}

/** Every recipe asks for the weights of a seed, and hashing gigabytes takes seconds. */
const hashes = new Map<string, Promise<string>>();
