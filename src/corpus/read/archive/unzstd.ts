/** Zstandard archives, frames one after the other included. Content checksums are not compared. */
import { Decompress } from 'fzstd';
import { ByteQueue } from './byte-queue.js';
import { damagedArchive } from './damaged.js';
import {
  type FrameHeader,
  frameMagic,
  headerBytes,
  maximumBlock,
  parseHeader,
  skippableMagic,
} from './zstd-frame.js';

/**
 * The decoder moves its window once a block. A file of tiny blocks under a large window would keep it moving for
 * hours; honest archives stay far below this many bytes moved per byte of content.
 */
const mostMovedPerByte = 2048;
/** Moved before that is judged, in bytes: about a second. */
const movedAtLeast = 2 ** 33;

class Damaged extends Error {}

/** @throws AssayError for a truncated or damaged archive, and for one that would need more memory than is given */
export async function* unzstd(bytes: AsyncIterable<Buffer>, name: string): AsyncIterable<Buffer> {
  const queue = new ByteQueue(bytes);
  try {
    while (!(await queue.atEnd())) {
      const magic = (await taken(queue, 4)).readUInt32LE(0);
      if (magic >>> 4 === skippableMagic >>> 4) {
        const length = (await taken(queue, 4)).readUInt32LE(0);
        if (!(await queue.skip(length))) throw new Damaged('it ends inside a frame');
      } else if (magic === frameMagic) yield* frame(queue);
      else throw new Damaged('what stands there is no Zstandard frame');
    }
  } catch (cause) {
    if (cause instanceof Damaged) throw damagedArchive(name, 'zstd', cause.message, cause);
    throw cause;
  } finally {
    await queue.close();
  }
}

async function* frame(queue: ByteQueue): AsyncIterable<Buffer> {
  const descriptor = await taken(queue, 1);
  const header = Buffer.concat([descriptor, await taken(queue, headerBytes(descriptor[0]!) - 1)]);
  const { windowBytes, contentBytes, checksum } = parsed(header);
  let waiting: Uint8Array[] = [];
  let length = 0;
  const decoder = new Decompress((part) => {
    waiting.push(part);
    length += part.length;
  });
  const magic = Buffer.alloc(4);
  magic.writeUInt32LE(frameMagic);
  let moved = 0;
  let last = false;
  decode(decoder, Buffer.concat([magic, header]), false);
  while (!last) {
    const block = await taken(queue, 3);
    const word = block.readUIntLE(0, 3);
    last = (word & 1) === 1;
    const type = (word >> 1) & 3;
    const size = word >> 3;
    if (type === 3) throw new Damaged('a block of a reserved type');
    if (size > maximumBlock) throw new Damaged(`a block of ${size} bytes`);
    const content = await taken(queue, type === 1 ? 1 : size);
    decode(decoder, Buffer.concat([block, content]), false);
    if (last) decode(decoder, checksum ? await taken(queue, 4) : Buffer.alloc(0), true);
    for (const part of waiting) {
      if (part.length > 0) yield Buffer.from(part.buffer, part.byteOffset, part.length);
    }
    waiting = [];
    moved += windowBytes;
    if (moved > movedAtLeast && moved > length * mostMovedPerByte) throw new Damaged('almost empty blocks');
  }
  if (contentBytes !== undefined && contentBytes !== length)
    throw new Damaged(`a frame of ${length} bytes that says it holds ${contentBytes}`);
}

function parsed(header: Buffer): FrameHeader {
  try {
    return parseHeader(header);
  } catch (error) {
    throw new Damaged((error as Error).message);
  }
}

/** Whatever the decoder throws is about the bytes: it has no other input. */
function decode(decoder: Decompress, bytes: Buffer, final: boolean): void {
  try {
    decoder.push(bytes, final);
  } catch (error) {
    throw new Damaged((error as Error).message);
  }
}

async function taken(queue: ByteQueue, count: number): Promise<Buffer> {
  const bytes = await queue.take(count);
  if (bytes === undefined) throw new Damaged('it ends inside a frame');
  return bytes;
}
