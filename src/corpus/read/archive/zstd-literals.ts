/** The literals of a block (RFC 8878, section 3.1.1.3.1). */
import { Damaged } from './zstd-bits.js';
import { maximumBlock } from './zstd-frame.js';
import { decodeHuffman, type HuffmanTable, readHuffmanTable } from './zstd-huffman.js';

export interface Literals {
  bytes: Uint8Array;
  start: number;
  count: number;
  /** The byte of the block after them. */
  next: number;
}

export class LiteralsDecoder {
  private table: HuffmanTable | undefined;
  private readonly buffer = new Uint8Array(maximumBlock);

  /** A frame begins without a table. */
  reset(): void {
    this.table = undefined;
  }

  read(block: Uint8Array): Literals {
    if (block.length === 0) throw new Damaged('a block without literals');
    const type = block[0]! & 3;
    const format = (block[0]! >> 2) & 3;
    return type < 2 ? this.stored(block, type === 1, format) : this.coded(block, type === 2, format);
  }

  private stored(block: Uint8Array, repeated: boolean, format: number): Literals {
    const head = format === 1 ? 2 : format === 3 ? 3 : 1;
    const count = littleEndian(block, 0, head) >> (head === 1 ? 3 : 4);
    const next = head + (repeated ? 1 : count);
    if (count > maximumBlock || next > block.length) throw new Damaged('literals beyond their block');
    if (!repeated) return { bytes: block, start: head, count, next };
    this.buffer.fill(block[head]!, 0, count);
    return { bytes: this.buffer, start: 0, count, next };
  }

  private coded(block: Uint8Array, newTable: boolean, format: number): Literals {
    const [head, width] = (
      [
        [3, 10],
        [3, 10],
        [4, 14],
        [5, 18],
      ] as const
    )[format]!;
    if (head > block.length) throw new Damaged('literals beyond their block');
    // Up to 40 bits: more than an integer of JavaScript's bit operators.
    const sizes = littleEndian(block, 0, head) - (block[0]! & 15);
    const count = Math.floor(sizes / 16) % 2 ** width;
    const next = head + Math.floor(sizes / 2 ** (4 + width));
    if (count > maximumBlock || next > block.length) throw new Damaged('literals beyond their block');
    let start: number = head;
    if (newTable) {
      const read = readHuffmanTable(block, head, next);
      this.table = read.table;
      start = read.next;
    }
    if (this.table === undefined) throw new Damaged('literals without a Huffman table');
    if (format === 0) decodeHuffman(this.table, block, start, next, this.buffer, 0, count);
    else this.fourStreams(this.table, block, start, next, count);
    return { bytes: this.buffer, start: 0, count, next };
  }

  private fourStreams(
    table: HuffmanTable,
    block: Uint8Array,
    start: number,
    end: number,
    count: number,
  ): void {
    const each = (count + 3) >> 2;
    let from = start + 6;
    if (from > end || 3 * each > count) throw new Damaged('literals beyond their block');
    for (let stream = 0; stream < 4; stream++) {
      const to = stream === 3 ? end : from + littleEndian(block, start + 2 * stream, 2);
      if (to > end) throw new Damaged('literals beyond their block');
      const at = stream * each;
      decodeHuffman(table, block, from, to, this.buffer, at, stream === 3 ? count - at : each);
      from = to;
    }
  }
}

function littleEndian(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let i = count - 1; i >= 0; i--) value = value * 256 + (bytes[at + i] ?? 0);
  return value;
}
