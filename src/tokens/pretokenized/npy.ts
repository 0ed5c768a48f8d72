/**
 * Where the tokens of an `.npy` file lie: after NumPy's header, or from the first byte on in the files of OLMo and
 * dolma, which are raw arrays in spite of their name.
 *
 * Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { AssayError } from '../../errors.js';

export interface TokenArray {
  path: string;
  tokenBytes: 2 | 4;
  /** Index of the first token, counted from the first byte of the file in tokens. */
  first: number;
  tokens: number;
  /** Ids from here on are none. */
  limit: number;
}

const magic = Buffer.from('\x93NUMPY', 'latin1');
/** A header of a one-dimensional array has some 60 bytes, padded to 128. */
const longestHeader = 4096;
const widths: Record<string, { tokenBytes: 2 | 4; limit: number }> = {
  '<u2': { tokenBytes: 2, limit: 2 ** 16 },
  '<u4': { tokenBytes: 4, limit: 2 ** 32 },
  '<i2': { tokenBytes: 2, limit: 2 ** 15 },
  '<i4': { tokenBytes: 4, limit: 2 ** 31 },
};

/**
 * @param tokenBytes of a file without a header; one with a header says so itself
 * @throws AssayError for another kind of array, and for one that is longer than its file
 */
export function readNpy(path: string, tokenBytes: 2 | 4): TokenArray {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const start = Buffer.alloc(Math.min(size, longestHeader));
    readSync(file, start, 0, start.length, 0);
    if (!start.subarray(0, magic.length).equals(magic)) {
      return {
        path,
        tokenBytes,
        first: 0,
        tokens: Math.floor(size / tokenBytes),
        limit: 2 ** (8 * tokenBytes),
      };
    }
    return arrayOf(path, start, size);
  } finally {
    closeSync(file);
  }
}

function arrayOf(path: string, start: Buffer, size: number): TokenArray {
  const refuse = (expected: string, got: string) =>
    new AssayError(path, 'not an array of tokens', { expected, got });
  const version = start[6];
  if (version === undefined || version < 1 || version > 3 || start.length < 12) {
    throw refuse('version 1, 2 or 3 of the .npy format', String(version));
  }
  const lengthBytes = version === 1 ? 2 : 4;
  const length = start.readUIntLE(8, lengthBytes);
  const data = 8 + lengthBytes + length;
  if (data > start.length) throw refuse(`a header of at most ${longestHeader} bytes`, `${length}`);
  const header = start.toString('latin1', 8 + lengthBytes, data);
  const descr = /'descr':\s*'([^']*)'/.exec(header)?.[1] ?? '';
  const shape = /'shape':\s*\((\d{1,15}),?\s*\)/.exec(header)?.[1];
  const width = Object.hasOwn(widths, descr) ? widths[descr] : undefined;
  if (width === undefined)
    throw refuse('dtype uint16, uint32, int16 or int32, little endian', descr || header);
  if (shape === undefined) throw refuse('one dimension', header.trim().slice(0, 100));
  const tokens = Number(shape);
  if (data % width.tokenBytes !== 0 || data + tokens * width.tokenBytes > size) {
    throw refuse(`${tokens} tokens after a header of ${data} bytes`, `a file of ${size} bytes`);
  }
  return { path, ...width, first: data / width.tokenBytes, tokens };
}
