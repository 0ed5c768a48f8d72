/** The bytes of a file, decompressed; what the system or the archive refuses becomes an error that names the file. */
import { createReadStream, statSync } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AssayError } from '../../errors.js';

const chunkBytes = 1 << 20;

/** @throws AssayError when the file cannot be read, or is a truncated or corrupt gzip archive */
export async function* openBytes(path: string, gzip: boolean, name: string): AsyncIterable<Buffer> {
  // A small buffer for a small file: folders of code hold thousands.
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const file = createReadStream(path, { highWaterMark: Math.min(chunkBytes, size + 1) });
  // The callback only keeps a failed pipeline from being an unhandled error; the iteration below throws it.
  const stream = gzip ? pipeline(file, createGunzip({ chunkSize: chunkBytes }), () => {}) : file;
  try {
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (cause) {
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    if (gzip && code.startsWith('Z_')) {
      throw new AssayError(name, 'corrupt or truncated gzip archive', {
        got: `${code}: ${(cause as Error).message}`,
        fix: 'Fetch or write the file again.',
        cause,
      });
    }
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
