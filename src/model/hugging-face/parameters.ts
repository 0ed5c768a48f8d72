/** The tensors of a folder, matched with the parameters of its model: all of them, in their shapes, and no others. */
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AssayError } from '../../errors.js';
import { readJson, readSafetensors, type Tensor } from '../../store/index.js';
import type { Model } from '../model.js';
import { foreignFile } from './foreign-file.js';
import { isObject } from './options.js';

/** Masks and tables of frequencies that older versions of the library saved beside the weights. */
const buffers = /\.(attn|attention)\.(bias|masked_bias)$|\.rotary_emb\.inv_freq$/;
/** A tied head: the embedding table again, which the library leaves out. */
const head = 'lm_head.weight';

/** @param prefix of the model's names that the file may leave out */
export async function readParameters(
  folder: string,
  model: Model,
  prefix: string,
): Promise<Map<string, Float32Array>> {
  const { path, files } = findFiles(folder);
  const known = new Set(model.parameters.map(({ name }) => name));
  const found = new Map<string, Tensor>();
  for (const file of files) {
    const wanted = (name: string): boolean => !buffers.test(`.${name}`);
    const { tensors } = await foreignFile(() => readSafetensors(join(folder, file), wanted));
    for (const [name, tensor] of tensors) {
      const full = known.has(name) || name === head ? name : `${prefix}${name}`;
      if (!known.has(full) && full !== head) {
        throw mismatch(join(folder, file), name, 'not of the model', 'no such tensor', shapeOf(tensor));
      }
      if (found.has(full))
        throw mismatch(join(folder, file), name, 'twice in the model', 'it once', 'it twice');
      found.set(full, tensor);
    }
  }
  const parameters = new Map(
    model.parameters.map(({ name, shape }) => {
      const tensor = found.get(name);
      if (tensor === undefined) throw mismatch(path, name, 'missing', `shape [${shape}]`, 'no such tensor');
      if (tensor.shape.join() !== shape.join()) {
        throw mismatch(path, name, 'wrong shape', `shape [${shape}]`, shapeOf(tensor));
      }
      return [name, tensor.data];
    }),
  );
  const given = found.get(head);
  if (given !== undefined && !known.has(head)) requireTied(path, model, parameters, given);
  return parameters;
}

function findFiles(folder: string): { path: string; files: string[] } {
  const whole = 'model.safetensors';
  const path = join(folder, whole);
  if (existsSync(path)) return { path, files: [whole] };
  const index = join(folder, `${whole}.index.json`);
  if (!existsSync(index)) {
    throw new AssayError(folder, 'no weights', {
      expected: `${whole} or ${basename(index)}`,
      got: 'neither',
      fix: 'Save the model with save_pretrained of the transformers library.',
    });
  }
  const json = readJson<{ weight_map?: unknown }>(index);
  const map = json?.weight_map;
  const files = isObject(map) ? [...new Set(Object.values(map))].sort() : [];
  if (files.length === 0 || !files.every((file) => typeof file === 'string' && basename(file) === file)) {
    throw new AssayError(index, 'not an index of shards', {
      expected: 'a weight_map from tensors to names of files in the same folder',
      got: JSON.stringify(map ?? null).slice(0, 200),
      fix: 'Download or export the model again.',
    });
  }
  return { path: index, files: files as string[] };
}

/** The embedding table is the first parameter of every family. */
function requireTied(path: string, model: Model, parameters: Map<string, Float32Array>, given: Tensor): void {
  const { name, shape } = model.parameters[0]!;
  const table = parameters.get(name)!;
  const same = given.data.length === table.length && given.data.every((value, i) => value === table[i]);
  if (!same) throw mismatch(path, head, 'not tied', `the values of ${name} [${shape}]`, shapeOf(given));
}

const shapeOf = ({ shape }: Tensor): string => `shape [${shape}]`;

const mismatch = (path: string, name: string, problem: string, expected: string, got: string): AssayError =>
  new AssayError(`${path}: tensor "${name}"`, problem, {
    expected,
    got,
    fix: 'Check that config.json belongs to these weights.',
  });
