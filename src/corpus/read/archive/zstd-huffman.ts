/** Huffman codes of literals (RFC 8878, section 4.2). */
import { BackwardBits, Damaged } from './zstd-bits.js';
import { readFseTable } from './zstd-fse.js';

const maximumBits = 11;

export interface HuffmanTable {
  /** Bits of the longest code. */
  log: number;
  /** By the next `log` bits: symbol · 16 + bits of its code. */
  entries: Uint16Array;
}

/** @returns the table and the byte after its description */
export function readHuffmanTable(
  bytes: Uint8Array,
  start: number,
  end: number,
): { table: HuffmanTable; next: number } {
  if (start >= end) throw new Damaged('a Huffman table ends too soon');
  const head = bytes[start]!;
  const direct = head >= 128;
  const next = start + 1 + (direct ? (head - 126) >> 1 : head);
  if (next > end) throw new Damaged('a Huffman table ends too soon');
  const weights = direct ? directWeights(bytes, start + 1, head - 127) : fseWeights(bytes, start + 1, next);
  return { table: buildTable(weights), next };
}

function directWeights(bytes: Uint8Array, start: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => (bytes[start + (i >> 1)]! >> (i % 2 === 0 ? 4 : 0)) & 15);
}

/** Section 4.2.1.2: two states take turns until the bits are used up. */
function fseWeights(bytes: Uint8Array, start: number, end: number): number[] {
  const { table, next } = readFseTable(bytes, start, end, 6, 12);
  const bits = new BackwardBits();
  bits.open(bytes, next, end);
  const weights: number[] = [];
  const states = [bits.read(table.accuracyLog), bits.read(table.accuracyLog)];
  for (let turn = 0; ; turn ^= 1) {
    const state = states[turn]!;
    weights.push(table.symbols[state]!);
    if (weights.length > 254) throw new Damaged('weights of too many symbols');
    states[turn] = table.bases[state]! + bits.read(table.bits[state]!);
    if (bits.left < 0) {
      weights.push(table.symbols[states[turn ^ 1]!]!);
      return weights;
    }
  }
}

/** The weight of the last symbol is what is missing to a power of two. */
function buildTable(weights: number[]): HuffmanTable {
  let sum = 0;
  for (const weight of weights) sum += weight > 0 ? 2 ** (weight - 1) : 0;
  if (sum === 0) throw new Damaged('a Huffman table without codes');
  const log = 32 - Math.clz32(sum);
  const missing = 2 ** log - sum;
  if (log > maximumBits || (missing & (missing - 1)) !== 0)
    throw new Damaged('Huffman weights that do not add up');
  const all = [...weights, 32 - Math.clz32(missing)];
  const entries = new Uint16Array(1 << log);
  let place = 0;
  for (let weight = 1; weight <= log; weight++) {
    for (const [symbol, own] of all.entries()) {
      if (own !== weight) continue;
      const next = place + (1 << (weight - 1));
      entries.fill((symbol << 4) | (log + 1 - weight), place, next);
      place = next;
    }
  }
  return { log, entries };
}

/** Decodes `count` symbols, which must use up the bytes `start` to `end` exactly. */
export function decodeHuffman(
  { log, entries }: HuffmanTable,
  bytes: Uint8Array,
  start: number,
  end: number,
  out: Uint8Array,
  at: number,
  count: number,
): void {
  const bits = new BackwardBits();
  bits.open(bytes, start, end);
  let { left } = bits;
  const mask = (1 << log) - 1;
  const stop = at + count;
  // Two codes of at most 11 bits from one word of 32.
  while (at + 2 <= stop && left >= 2 * log) {
    const position = left - 2 * log;
    const i = start + (position >>> 3);
    const word =
      (bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24)) >>> (position & 7);
    const first = entries[(word >>> log) & mask]!;
    const firstBits = first & 15;
    const second = entries[(word >>> (log - firstBits)) & mask]!;
    out[at] = first >> 4;
    out[at + 1] = second >> 4;
    at += 2;
    left -= firstBits + (second & 15);
  }
  for (; at < stop; at++) {
    bits.left = left;
    const entry = entries[bits.read(log)]!;
    out[at] = entry >> 4;
    left -= entry & 15;
  }
  if (left !== 0) throw new Damaged('literals that do not fit their bits');
}
