/** A model as a folder that the `transformers` library loads. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  makeFolder,
  readingSync,
  type Tensor,
  writeFileDurably,
  writeJson,
  writeSafetensors,
} from '../../store/index.js';
import type { Model } from '../model.js';
import { formatOf } from './formats.js';

export interface TokenizerInfo {
  /** Id of end-of-text. */
  endOfText?: number;
  /** A `tokenizer.json` in the library's format, which is copied. */
  file?: string;
}

/**
 * Writes `config.json`, `model.safetensors` (float32, named as the library's files) and, if there is one,
 * `tokenizer.json` with the `tokenizer_config.json` that AutoTokenizer asks for. Each file is whole or absent; files of other names in the folder stay.
 * @param parameters every parameter of the model, by name
 * @throws AssayError when the folder cannot be written
 */
export async function writeHuggingFace(
  folder: string,
  model: Model,
  parameters: ReadonlyMap<string, Float32Array>,
  tokenizer: TokenizerInfo = {},
): Promise<void> {
  makeFolder(folder);
  const format = formatOf(model.config);
  const tensors = new Map<string, Tensor>(
    model.parameters.map(({ name, shape }) => [name, { shape, data: parameters.get(name)! }]),
  );
  await writeSafetensors(join(folder, 'model.safetensors'), tensors);
  const { file, endOfText = null } = tokenizer;
  if (file !== undefined) {
    const bytes = readingSync(file, () => readFileSync(file));
    await writeFileDurably(join(folder, 'tokenizer.json'), bytes);
    await writeJson(join(folder, 'tokenizer_config.json'), {
      tokenizer_class: 'PreTrainedTokenizerFast',
      eos_token: '<|endoftext|>',
      model_max_length: model.context,
    });
  }
  await writeJson(join(folder, 'config.json'), {
    architectures: [format.architecture],
    model_type: format.modelType,
    torch_dtype: 'float32',
    ...format.write(model.config, model),
    ...format.fixed,
    bos_token_id: endOfText,
    eos_token_id: endOfText,
    pad_token_id: null,
    use_cache: true,
  });
}
