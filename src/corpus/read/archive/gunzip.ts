/** gzip archives, members one after the other included. */
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { damagedArchive } from './damaged.js';

const chunkBytes = 1 << 20;

/** @throws AssayError for a truncated or damaged archive; what the bytes themselves throw is passed on */
export async function* gunzip(bytes: AsyncIterable<Buffer>, name: string): AsyncIterable<Buffer> {
  // The callback only keeps a failed pipeline from being an unhandled error; the iteration below throws it.
  const packed = Readable.from(bytes, { objectMode: false, highWaterMark: chunkBytes });
  const stream = pipeline(packed, createGunzip({ chunkSize: chunkBytes }), () => {});
  try {
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? '';
    throw code.startsWith('Z_')
      ? damagedArchive(name, 'gzip', `${code}: ${(cause as Error).message}`, cause)
      : cause;
  } finally {
    packed.destroy();
  }
}
