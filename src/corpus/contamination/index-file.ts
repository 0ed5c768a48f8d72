/**
 * The index of n-grams and its file: a header of int32, then the slots of one hash set for each n; all little endian.
 *
 * Header: magic, version, and for each n from 8 to 13 its n-grams and its slots.
 */
import { open } from 'node:fs/promises';
import { AssayError } from '../../errors.js';
import { explainSystemError, writeFileWith } from '../../store/index.js';
import { HashSet } from './hash-set.js';
import { longestNgram, shortestNgram } from './ngrams.js';

/** By n. */
export type ContaminationIndex = ReadonlyMap<number, HashSet>;

const magic = 0x6d61726e;
const version = 1;
const lengths = Array.from({ length: longestNgram - shortestNgram + 1 }, (_, i) => shortestNgram + i);
const headerLength = 2 + 2 * lengths.length;
/** The system reads and writes at most 2 GiB at once. */
const chunkBytes = 1 << 30;

export async function writeIndex(path: string, index: ContaminationIndex): Promise<void> {
  const header = [magic, version];
  for (const n of lengths) header.push(index.get(n)?.size ?? 0, (index.get(n)?.slots.length ?? 0) / 2);
  await writeFileWith(path, async (file) => {
    for (const array of [Int32Array.from(header), ...lengths.map((n) => index.get(n)?.slots)]) {
      if (array === undefined) continue;
      const bytes = bytesOf(array);
      for (let at = 0; at < bytes.length; at += chunkBytes) {
        await file.writeFile(bytes.subarray(at, at + chunkBytes));
      }
    }
  });
}

/** @throws AssayError when the file cannot be read or is none of these */
export async function readIndex(path: string): Promise<ContaminationIndex> {
  try {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      const header = new Int32Array(headerLength);
      if (size >= header.byteLength) await fill(header);
      const slots = lengths.map((_, i) => header[3 + 2 * i]!);
      const expected = slots.reduce((sum, count) => sum + 8 * count, header.byteLength);
      if (header[0] !== magic || header[1] !== version || size !== expected || !slots.every(isSlotCount)) {
        throw notAnIndex(path, size);
      }
      const index = new Map<number, HashSet>();
      for (const [i, n] of lengths.entries()) {
        if (slots[i] === 0) continue;
        const array = new Int32Array(2 * slots[i]!);
        await fill(array);
        index.set(n, new HashSet(array, header[2 + 2 * i]!));
      }
      return index;
    } finally {
      await file.close();
    }

    async function fill(array: Int32Array): Promise<void> {
      const bytes = bytesOf(array);
      for (let at = 0; at < bytes.length; ) {
        const { bytesRead } = await file.read(bytes, at, Math.min(chunkBytes, bytes.length - at));
        if (bytesRead === 0) throw notAnIndex(path, at);
        at += bytesRead;
      }
    }
  } catch (error) {
    throw explainSystemError(error, path, 'cannot be read');
  }
}

/** A power of two; a set that is full would be searched without end, but it is never written. */
function isSlotCount(count: number): boolean {
  return count >= 0 && (count & (count - 1)) === 0;
}

function bytesOf(array: Int32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function notAnIndex(path: string, size: number): AssayError {
  return new AssayError(path, 'not a whole contamination index', {
    expected: `a file of version ${version} of its format`,
    got: `${size} bytes`,
    fix: 'Delete it and run the same command again.',
  });
}
