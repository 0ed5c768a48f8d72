/**
 * A source's stream of tokens, read from anywhere with bounded memory: the documents in their order, each followed by
 * its end-of-text token, cut into windows of context + 1 tokens without overlap.
 */
import { closeSync, fstatSync, readSync } from 'node:fs';
import { openPlanFile, TokenFiles } from '../tokens/index.js';
import { orderRecordBytes } from './order.js';

/** Documents of the order that are in memory at once. */
const blockDocuments = 4096;

export class SourceStream {
  /** Whole windows; window i of a run is window i mod `windows` of the stream, so a repeat is the same order again. */
  readonly windows: number;
  private readonly order: number;
  private readonly tokens: TokenFiles;
  /** Stream position at which each block of documents starts, and the end of the stream. */
  private readonly blockStarts: Float64Array;
  private block = -1;
  /** Of the documents of `block`: first token in the token file; stream position, with one more at the end. */
  private offsets = new Float64Array(0);
  private starts = new Float64Array(0);

  constructor(
    paths: { order: string; tokens: readonly { path: string; tokens?: number }[] },
    tokenBytes: 2 | 4,
    private readonly context: number,
  ) {
    this.order = openPlanFile(paths.order);
    this.tokens = new TokenFiles(paths.tokens, tokenBytes);
    // One pass over the order (16 bytes a document) finds where each block starts.
    const documents = fstatSync(this.order).size / orderRecordBytes;
    const blocks = Math.ceil(documents / blockDocuments);
    this.blockStarts = new Float64Array(blocks + 1);
    for (let block = 0; block < blocks; block++) {
      this.load(block);
      this.blockStarts[block + 1] = this.starts.at(-1)!;
    }
    this.windows = Math.floor(this.blockStarts[blocks]! / (context + 1));
  }

  /** Writes window `index` (any index ≥ 0, taken modulo `windows`) to `out`, Int32 [context + 1]. */
  read(index: number, out: Int32Array): void {
    const length = this.context + 1;
    let position = (index % this.windows) * length;
    let block = lastAtMost(this.blockStarts, position);
    this.load(block);
    let document = lastAtMost(this.starts, position);
    for (let done = 0; done < length; ) {
      if (document === this.offsets.length) {
        this.load(++block);
        document = 0;
      }
      const skipped = position - this.starts[document]!;
      const count = Math.min(length - done, this.starts[document + 1]! - position);
      this.tokens.read(this.offsets[document]! + skipped, out.subarray(done, done + count));
      done += count;
      position += count;
      document++;
    }
  }

  close(): void {
    closeSync(this.order);
    this.tokens.close();
  }

  /** Brings a block of documents into memory; blocks before it must have been loaded once. */
  private load(block: number): void {
    if (block === this.block) return;
    const bytes = Buffer.alloc(blockDocuments * orderRecordBytes);
    const read = readSync(this.order, bytes, 0, bytes.length, block * bytes.length);
    const documents = read / orderRecordBytes;
    this.offsets = new Float64Array(documents);
    this.starts = new Float64Array(documents + 1);
    this.starts[0] = this.blockStarts[block]!;
    for (let i = 0; i < documents; i++) {
      this.offsets[i] = Number(bytes.readBigUInt64LE(i * orderRecordBytes));
      this.starts[i + 1] = this.starts[i]! + Number(bytes.readBigUInt64LE(i * orderRecordBytes + 8));
    }
    this.block = block;
  }
}

/** Index of the last value that is at most `x`; `values` ascend, the last one is above `x`. */
function lastAtMost(values: Float64Array, x: number): number {
  let low = 0;
  let high = values.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (values[middle]! <= x) low = middle;
    else high = middle;
  }
  return low;
}
