/**
 * The distinct documents among many, by their whole 128-bit ids: numbers 0, 1, 2 … in order of first appearance.
 *
 * Typed arrays, because a JavaScript `Map` of ids costs some 150 bytes a document and ends at 16.7 million: here it is
 * 16 for the id and 5 to 11 for its slot.
 */
import { AssayError } from '../../errors.js';

/** Ids a block: blocks are added without copying the ones before. */
const blockIds = 1 << 16;
/** Share of the slots in use at which their number doubles. */
const fullest = 0.75;
const wordsPerId = 4;

export class IdTable {
  private readonly blocks: Uint32Array[] = [];
  /** Open addressing with linear probing: number + 1 of the id that lies here, 0 for none. */
  private slots = new Uint32Array(1 << 10);
  private count = 0;
  private readonly id = new Uint32Array(wordsPerId);
  private readonly bytes = Buffer.alloc(4 * wordsPerId);

  /** Distinct ids so far. */
  get size(): number {
    return this.count;
  }

  /**
   * The number of an id; a new one gets the next number.
   * @throws AssayError unless it is 32 hex digits
   */
  add(id: string): number {
    this.parse(id);
    let slot = this.firstSlot(this.id, 0);
    for (; this.slots[slot] !== 0; slot = (slot + 1) & (this.slots.length - 1)) {
      const number = this.slots[slot]! - 1;
      if (this.holds(number)) return number;
    }
    if (this.count % blockIds === 0) this.blocks.push(new Uint32Array(wordsPerId * blockIds));
    this.blocks.at(-1)!.set(this.id, wordsPerId * (this.count % blockIds));
    this.slots[slot] = ++this.count;
    if (this.count > fullest * this.slots.length) this.grow();
    return this.count - 1;
  }

  /** Negative when the id numbered `a` comes before that numbered `b`, as for their hex digits. */
  compare(a: number, b: number): number {
    for (let word = 0; word < wordsPerId; word++) {
      const difference = this.word(a, word) - this.word(b, word);
      if (difference !== 0) return difference;
    }
    return 0;
  }

  /** The id as 32 hex digits. */
  hex(number: number): string {
    for (let word = 0; word < wordsPerId; word++) {
      this.bytes.writeUInt32BE(this.word(number, word), 4 * word);
    }
    return this.bytes.toString('hex');
  }

  private word(number: number, word: number): number {
    return this.blocks[Math.floor(number / blockIds)]![wordsPerId * (number % blockIds) + word]!;
  }

  private parse(id: string): void {
    if (!/^[0-9a-f]{32}$/.test(id)) {
      throw new AssayError('document id', 'malformed', {
        expected: '32 hex digits',
        got: JSON.stringify(id),
      });
    }
    for (let word = 0; word < wordsPerId; word++) {
      this.id[word] = Number.parseInt(id.slice(8 * word, 8 * word + 8), 16);
    }
  }

  private holds(number: number): boolean {
    const block = this.blocks[Math.floor(number / blockIds)]!;
    const at = wordsPerId * (number % blockIds);
    const id = this.id;
    return (
      block[at] === id[0] && block[at + 1] === id[1] && block[at + 2] === id[2] && block[at + 3] === id[3]
    );
  }

  /** Ids are digests, so any of their bits are as good as a hash. */
  private firstSlot(words: Uint32Array, at: number): number {
    return (words[at]! ^ words[at + 1]!) & (this.slots.length - 1);
  }

  private grow(): void {
    this.slots = new Uint32Array(2 * this.slots.length);
    for (let number = 0; number < this.count; number++) {
      const block = this.blocks[Math.floor(number / blockIds)]!;
      let slot = this.firstSlot(block, wordsPerId * (number % blockIds));
      while (this.slots[slot] !== 0) slot = (slot + 1) & (this.slots.length - 1);
      this.slots[slot] = number + 1;
    }
  }
}
