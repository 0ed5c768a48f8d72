/** A model from a folder that the `transformers` library wrote, or Assay. */
import { join } from 'node:path';
import { AssayError } from '../../errors.js';
import { readJson } from '../../store/index.js';
import { buildModel } from '../build.js';
import type { Model } from '../model.js';
import { foreignFile } from './foreign-file.js';
import { formatByType } from './formats.js';
import { isObject, type Json, Options } from './options.js';
import { readParameters } from './parameters.js';

export interface LoadedModel {
  model: Model;
  /** By the names of the model; float32, also where the file holds float16 or bfloat16. */
  parameters: Map<string, Float32Array>;
}

/**
 * Reads `config.json` and `model.safetensors`, or the shards of `model.safetensors.index.json`.
 * @throws AssayError when a file is absent or malformed, the model is of another family or has an option that the models
 *   here lack, or the tensors are not those of the model
 */
export async function readHuggingFace(folder: string): Promise<LoadedModel> {
  const path = join(folder, 'config.json');
  const json = await foreignFile(() => readJson<unknown>(path));
  if (json === undefined) {
    throw new AssayError(folder, 'not a Hugging Face model', {
      expected: 'config.json',
      got: 'no such file',
      fix: 'Give the folder that save_pretrained or `assay model export` wrote.',
    });
  }
  if (!isObject(json)) throw new AssayError(path, 'not a configuration', { expected: 'a JSON object' });
  const format = formatByType.get(String(json.model_type));
  if (format === undefined) {
    throw new AssayError(path, 'model_type that is not read', {
      expected: [...formatByType.keys()].join(', '),
      got: JSON.stringify(json.model_type) ?? 'nothing',
      fix: 'Use a model of one of these families.',
    });
  }
  const options = new Options(path, json as Json);
  options.require({ ...format.fixed, quantization_config: null });
  const { config, sizes } = format.read(options);
  const model = await foreignFile(() => buildModel(config, sizes));
  return { model, parameters: await readParameters(folder, model, format.prefix) };
}
