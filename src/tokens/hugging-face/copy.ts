/** A foreign tokenizer kept beside the results that were made with it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder, writeFileDurably, writeJson } from '../../store/index.js';
import { configurationName } from './end-of-text.js';
import { readHuggingFaceFile } from './read-file.js';

/** Writes `tokenizer.json` as it is, and beside it the name of its end-of-text, where Hugging Face keeps it. */
export async function copyHuggingFace(
  file: string,
  endOfText: string | undefined,
  folder: string,
): Promise<void> {
  const { endOfText: token } = readHuggingFaceFile(file, endOfText);
  makeFolder(folder);
  await writeJson(join(folder, configurationName), { eos_token: token.name });
  await writeFileDurably(join(folder, 'tokenizer.json'), readFileSync(file));
}
