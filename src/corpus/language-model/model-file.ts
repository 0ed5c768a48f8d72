/** Model files: written whole or not at all, read into memory that threads can share. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { readingSync, writeFileWith } from '../../store/index.js';
import { readArpa } from './arpa-read.js';
import { writeArpa } from './arpa-write.js';
import type { WordForm } from './characters.js';
import { type LanguageModel, openModel } from './model.js';
import { isModelFile } from './model-layout.js';

const chunkBytes = 1 << 26;

/**
 * Writes ARPA where the name ends in `.arpa`, else Assay's own format.
 * @throws AssayError when the disk refuses
 */
export async function writeLanguageModel(path: string, model: LanguageModel): Promise<void> {
  if (path.endsWith('.arpa')) return writeArpa(path, model);
  const bytes = new Uint8Array(model.buffer);
  await writeFileWith(path, async (file) => {
    for (let at = 0; at < bytes.length; at += chunkBytes) {
      await file.writeFile(bytes.subarray(at, at + chunkBytes));
    }
  });
}

/**
 * Reads a model of either format.
 *
 * @param words how the text of an ARPA file's model was split, which the file does not say; default `normalised`
 * @throws AssayError when the file cannot be read or is no model, for ARPA naming the line
 */
export function readLanguageModel(path: string, words: WordForm = 'normalised'): LanguageModel {
  return readingSync(path, () => {
    const file = openSync(path, 'r');
    try {
      const start = new Uint8Array(8);
      readSync(file, start, 0, start.length, 0);
      return isModelFile(start) ? openModel(readShared(file), path) : readArpa(file, path, words);
    } finally {
      closeSync(file);
    }
  });
}

function readShared(file: number): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(fstatSync(file).size);
  for (let at = 0; at < buffer.byteLength; ) {
    const length = Math.min(chunkBytes, buffer.byteLength - at);
    const read = readSync(file, new Uint8Array(buffer, at, length), 0, length, at);
    // What is missing from a file that is cut meanwhile stays 0, which the checks of a model refuse or bear.
    if (read === 0) break;
    at += read;
  }
  return buffer;
}
