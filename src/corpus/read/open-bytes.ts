/** The bytes of a file, local or remote, decompressed; what cannot be had becomes an error that names the file. */
import { createReadStream, statSync } from 'node:fs';
import { AssayError } from '../../errors.js';
import { isAddress } from '../../schema/index.js';
import { gunzip } from './archive/gunzip.js';
import { unzstd } from './archive/unzstd.js';
import { addBytesRead } from './bytes-read.js';
import type { Compression } from './readers.js';
import { fetchBytes } from './remote/fetch-bytes.js';

const chunkBytes = 1 << 20;

/** @throws AssayError when the file cannot be read, or is a truncated or corrupt archive */
export function openBytes(
  path: string,
  compression: Compression,
  name: string,
  signal?: AbortSignal,
): AsyncIterable<Buffer> {
  const stored = counted(isAddress(path) ? fetchBytes(path, name, signal) : fileBytes(path, name));
  switch (compression) {
    case 'none':
      return stored;
    case 'gzip':
      return gunzip(stored, name);
    case 'zstd':
      return unzstd(stored, name);
    default:
      return compression satisfies never;
  }
}

async function* counted(chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  for await (const chunk of chunks) {
    addBytesRead(chunk.length);
    yield chunk;
  }
}

async function* fileBytes(path: string, name: string): AsyncIterable<Buffer> {
  // A small buffer for a small file: folders of code hold thousands.
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const file = createReadStream(path, { highWaterMark: Math.min(chunkBytes, size + 1) });
  try {
    for await (const chunk of file) yield chunk as Buffer;
  } catch (cause) {
    throw unreadable(name, cause);
  } finally {
    file.destroy();
  }
}

/** A file or folder of a source that the system does not let us read. */
export function unreadable(name: string, cause: unknown): AssayError {
  const got = (cause as NodeJS.ErrnoException).code ?? String(cause);
  return new AssayError(name, 'cannot be read', {
    got,
    fix: 'Change its permissions, or leave it out of the source.',
    cause,
  });
}
