/** Zstandard archives (RFC 8878), frames one after the other included. Content checksums are not compared. */
import { ByteQueue } from './byte-queue.js';
import { damagedArchive } from './damaged.js';
import { Damaged } from './zstd-bits.js';
import { BlockDecoder } from './zstd-block.js';
import { frameMagic, headerBytes, maximumBlock, parseHeader, skippableMagic } from './zstd-frame.js';
import { Window } from './zstd-window.js';

/** Output is handed on when this much waits, in bytes. */
const chunkBytes = 1 << 19;

/** @throws AssayError for a truncated or damaged archive, and for one that would need more memory than is given */
export async function* unzstd(bytes: AsyncIterable<Buffer>, name: string): AsyncIterable<Buffer> {
  const queue = new ByteQueue(bytes);
  const blocks = new BlockDecoder();
  const window = new Window();
  try {
    while (!(await queue.atEnd())) {
      const magic = (await taken(queue, 4)).readUInt32LE(0);
      if (magic >>> 4 === skippableMagic >>> 4) {
        const length = (await taken(queue, 4)).readUInt32LE(0);
        if (!(await queue.skip(length))) throw new Damaged('it ends inside a frame');
      } else if (magic === frameMagic) yield* frame(queue, blocks, window);
      else throw new Damaged('what stands there is no Zstandard frame');
    }
  } catch (cause) {
    if (cause instanceof Damaged) throw damagedArchive(name, 'zstd', cause.message, cause);
    throw cause;
  } finally {
    await queue.close();
  }
}

async function* frame(queue: ByteQueue, blocks: BlockDecoder, window: Window): AsyncIterable<Buffer> {
  const descriptor = await taken(queue, 1);
  const header = Buffer.concat([descriptor, await taken(queue, headerBytes(descriptor[0]!) - 1)]);
  const { windowBytes, contentBytes, checksum } = parseHeader(header);
  blocks.reset();
  window.open(windowBytes);
  for (let last = false; !last; ) {
    const word = (await taken(queue, 3)).readUIntLE(0, 3);
    last = (word & 1) === 1;
    await block(queue, (word >> 1) & 3, word >> 3, blocks, window);
    if (window.waiting >= chunkBytes) yield window.take();
  }
  if (window.waiting > 0) yield window.take();
  if (checksum) await taken(queue, 4);
  if (contentBytes !== undefined && contentBytes !== window.length)
    throw new Damaged(`a frame of ${window.length} bytes that says it holds ${contentBytes}`);
}

async function block(
  queue: ByteQueue,
  type: number,
  size: number,
  blocks: BlockDecoder,
  window: Window,
): Promise<void> {
  if (size > maximumBlock) throw new Damaged(`a block of ${size} bytes`);
  window.makeRoom();
  if (type === 0) window.append(await taken(queue, size), 0, size);
  else if (type === 1) window.fill((await taken(queue, 1))[0]!, size);
  else if (type === 2) blocks.decode(await taken(queue, size), window);
  else throw new Damaged('a block of a reserved type');
}

async function taken(queue: ByteQueue, count: number): Promise<Buffer> {
  const bytes = await queue.take(count);
  if (bytes === undefined) throw new Damaged('it ends inside a frame');
  return bytes;
}
