/** What was decoded last: output that has not been taken, and the bytes that matches may copy from. */
import { Damaged } from './zstd-bits.js';
import { maximumBlock } from './zstd-frame.js';

/** Room behind the window, so that it is moved to the front once in a while only. */
const slack = 4 << 20;

export class Window {
  private bytes = new Uint8Array(1 << 20);
  private end = 0;
  /** First byte that has not been taken. */
  private taken = 0;
  private size = 0;
  /** Bytes of this frame so far. */
  length = 0;

  /** Begins a frame; everything must have been taken. */
  open(size: number): void {
    this.size = size;
    this.end = 0;
    this.taken = 0;
    this.length = 0;
  }

  get waiting(): number {
    return this.end - this.taken;
  }

  /** A copy of the output so far. */
  take(): Buffer {
    const output = Buffer.from(this.bytes.subarray(this.taken, this.end));
    this.taken = this.end;
    return output;
  }

  /** Makes room for one block. What waits to be taken must be less than the slack. */
  makeRoom(): void {
    if (this.end + maximumBlock <= this.bytes.length) return;
    const kept = Math.min(this.end, Math.max(this.size, this.waiting));
    const start = this.end - kept;
    const target = kept + maximumBlock > this.bytes.length - slack / 4 ? this.grown(kept) : this.bytes;
    if (target === this.bytes) target.copyWithin(0, start, this.end);
    else target.set(this.bytes.subarray(start, this.end));
    this.bytes = target;
    this.taken -= start;
    this.end = kept;
  }

  append(source: Uint8Array, start: number, count: number): void {
    const { bytes, end } = this;
    if (count < 32) for (let i = 0; i < count; i++) bytes[end + i] = source[start + i]!;
    else bytes.set(source.subarray(start, start + count), end);
    this.advance(count);
  }

  fill(byte: number, count: number): void {
    this.bytes.fill(byte, this.end, this.end + count);
    this.advance(count);
  }

  /** Copies from `offset` bytes back; a match may reach into what it writes. */
  repeat(offset: number, count: number): void {
    const { bytes, end } = this;
    const from = end - offset;
    if (offset > this.length || from < 0 || offset > this.size)
      throw new Damaged('a match from before the window');
    if (offset >= count && count >= 32) bytes.copyWithin(end, from, from + count);
    else for (let i = 0; i < count; i++) bytes[end + i] = bytes[from + i]!;
    this.advance(count);
  }

  private advance(count: number): void {
    this.end += count;
    this.length += count;
  }

  /** Memory grows with what is decoded, never with what a header says. */
  private grown(kept: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(
      Math.min(2 * this.bytes.length, Math.max(kept, this.size) + slack + 2 * maximumBlock),
    );
  }
}
