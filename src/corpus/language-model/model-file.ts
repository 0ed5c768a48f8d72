/** Model files: written whole or not at all, read into memory that threads can share. */
import { open } from 'node:fs/promises';
import { explainSystemError, writeFileWith } from '../../store/index.js';
import { readArpa } from './arpa-read.js';
import { writeArpa } from './arpa-write.js';
import type { WordForm } from './characters.js';
import { isModelFile, type LanguageModel, openModel } from './model.js';

const chunkBytes = 1 << 26;

/** Writes ARPA where the name ends in `.arpa`, else Assay's own format. */
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
 * @param words how an ARPA file's text was split, which it does not say; default `normalised`
 * @throws AssayError when it cannot be read or is no model; for ARPA naming the line
 */
export async function readLanguageModel(path: string, words?: WordForm): Promise<LanguageModel> {
  try {
    const file = await open(path, 'r');
    try {
      const start = Buffer.alloc(8);
      await file.read(start, 0, 8, 0);
      if (!isModelFile(start)) return await readArpa(path, words ?? 'normalised');
      const buffer = new SharedArrayBuffer((await file.stat()).size);
      for (let at = 0; at < buffer.byteLength; ) {
        const length = Math.min(chunkBytes, buffer.byteLength - at);
        const { bytesRead } = await file.read(new Uint8Array(buffer, at, length), 0, length, at);
        // A file that has been cut meanwhile fails the checks below.
        if (bytesRead === 0) break;
        at += bytesRead;
      }
      return openModel(buffer, path);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw explainSystemError(error, path, 'cannot be read');
  }
}
