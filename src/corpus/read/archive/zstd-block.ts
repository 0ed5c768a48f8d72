/** Compressed blocks of a frame (RFC 8878, section 3.1.1.3): what they share with the blocks before them lives here. */
import { Damaged } from './zstd-bits.js';
import { maximumBlock } from './zstd-frame.js';
import { LiteralsDecoder } from './zstd-literals.js';
import { SequencesDecoder } from './zstd-sequences.js';
import type { Window } from './zstd-window.js';

export class BlockDecoder {
  private readonly literals = new LiteralsDecoder();
  private readonly sequences = new SequencesDecoder();

  /** Begins a frame. */
  reset(): void {
    this.literals.reset();
    this.sequences.reset();
  }

  /** Appends the block's content to the window, which has room for it. @throws Damaged */
  decode(block: Uint8Array, window: Window): void {
    const { bytes, start, count, next } = this.literals.read(block);
    let at = start;
    let left = count;
    let room = maximumBlock;
    this.sequences.read(block, next, (literals, offset, match) => {
      left -= literals;
      room -= literals + match;
      if (left < 0 || room < 0) throw new Damaged('a block that decodes to too much');
      window.append(bytes, at, literals);
      at += literals;
      window.repeat(offset, match);
    });
    if (left > room) throw new Damaged('a block that decodes to too much');
    window.append(bytes, at, left);
  }
}
