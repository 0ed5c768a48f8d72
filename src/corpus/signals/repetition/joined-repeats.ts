/**
 * Characters in repeated n-grams as datatrove finds them: it joins an n-gram's words without spaces, so `a bc` repeats
 * `ab c`, and scans greedily: from a repeat it goes on behind it, with what it has already passed as its memory.
 *
 * The hash of a joined n-gram comes from prefix sums of a polynomial over the words joined as one stream,
 * Σ unit[j] · b^j mod 2^32, shifted back by b^−start (b is odd, so it has an inverse). Equal hashes are verified unit by
 * unit, so the result is exact.
 */
import { randomInt } from 'node:crypto';
import type { Words } from '../segment-words.js';

/** Space for longer documents than this is not kept. */
const keptWords = 1 << 20;
/** Odd, and 5 modulo 8, which gives its powers the longest period. */
const base = 8 * randomInt(2 ** 20, 2 ** 27) + 5;
const inverse = inverseOf(base);

export class JoinedRepeats {
  /** [stream] units of all words without what stands between them. */
  private stream = new Uint16Array(1 << 14);
  /** [count + 1] where word i starts in the stream. */
  private starts = new Int32Array(0);
  /** [count + 1] sum over the stream before word i, and b^−start of word i. */
  private sums = new Int32Array(0);
  private shifts = new Int32Array(0);
  private table = new Int32Array(0);
  private count = 0;

  reset(text: string, words: Words): void {
    this.count = words.count;
    if (words.count >= this.starts.length || this.starts.length > keptWords) {
      const size = Math.max(words.count, 1 << 12) + 1;
      this.starts = new Int32Array(size);
      this.sums = new Int32Array(size);
      this.shifts = new Int32Array(size);
      this.table = new Int32Array(2 ** Math.ceil(Math.log2(2 * size)));
    }
    if (text.length > this.stream.length || this.stream.length > 8 * keptWords) {
      this.stream = new Uint16Array(Math.max(text.length, 1 << 14));
    }
    let length = 0;
    let sum = 0;
    let power = 1;
    let shift = 1;
    this.shifts[0] = 1;
    for (let w = 0; w < words.count; w++) {
      const end = words.ends[w]!;
      for (let i = words.starts[w]!; i < end; i++) {
        const unit = text.charCodeAt(i);
        this.stream[length++] = unit;
        sum = (sum + Math.imul(unit + 1, power)) | 0;
        power = Math.imul(power, base);
        shift = Math.imul(shift, inverse);
      }
      this.starts[w + 1] = length;
      this.sums[w + 1] = sum;
      this.shifts[w + 1] = shift;
    }
  }

  /** Code points in repeated n-grams; `offsets` are those of the words, as in WordSequence. */
  characters(n: number, offsets: Int32Array): number {
    const { sums, shifts, table } = this;
    const mask = 2 ** Math.ceil(Math.log2(2 * Math.max(this.count, 32))) - 1;
    table.fill(0, 0, mask + 1);
    let repeated = 0;
    for (let i = 0; i + n <= this.count; ) {
      const hash = Math.imul(sums[i + n]! - sums[i]!, shifts[i]!);
      let place = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
      place = (place ^ (place >>> 14)) & mask;
      while (table[place] !== 0 && !this.equal(table[place]! - 1, i, n, hash)) place = (place + 1) & mask;
      if (table[place] === 0) table[place] = ++i;
      else {
        repeated += offsets[i + n]! - offsets[i]!;
        i += n;
      }
    }
    return repeated;
  }

  private equal(i: number, j: number, n: number, hash: number): boolean {
    if (Math.imul(this.sums[i + n]! - this.sums[i]!, this.shifts[i]!) !== hash) return false;
    const { starts, stream } = this;
    const end = starts[i + n]!;
    if (end - starts[i]! !== starts[j + n]! - starts[j]!) return false;
    for (let a = starts[i]!, b = starts[j]!; a < end; a++, b++) if (stream[a] !== stream[b]) return false;
    return true;
  }
}

/** Of an odd number modulo 2^32, by Newton's iteration: each step doubles the right low bits. */
function inverseOf(odd: number): number {
  let x = odd;
  for (let step = 0; step < 5; step++) x = Math.imul(x, 2 - Math.imul(odd, x));
  return x;
}
