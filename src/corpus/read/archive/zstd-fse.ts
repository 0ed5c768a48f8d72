/** Finite state entropy tables (RFC 8878, section 4.1). */
import { Damaged } from './zstd-bits.js';

export interface FseTable {
  accuracyLog: number;
  /** By state: the symbol, the bits to read, and what is added to them for the next state. */
  symbols: Uint8Array;
  bits: Uint8Array;
  bases: Uint16Array;
}

/** A table that always gives one symbol. */
export function singleSymbol(symbol: number): FseTable {
  return {
    accuracyLog: 0,
    symbols: Uint8Array.of(symbol),
    bits: Uint8Array.of(0),
    bases: Uint16Array.of(0),
  };
}

/**
 * Reads a description of probabilities (section 4.1.1).
 * @returns the table and the byte after the description
 */
export function readFseTable(
  bytes: Uint8Array,
  start: number,
  end: number,
  maximumLog: number,
  maximumSymbol: number,
): { table: FseTable; next: number } {
  let position = start * 8;
  const read = (count: number): number => {
    if (position + count > end * 8) throw new Damaged('a table of probabilities ends too soon');
    const i = position >>> 3;
    const word = bytes[i]! | ((bytes[i + 1] ?? 0) << 8) | ((bytes[i + 2] ?? 0) << 16);
    const value = (word >>> (position & 7)) & ((1 << count) - 1);
    position += count;
    return value;
  };
  const accuracyLog = read(4) + 5;
  if (accuracyLog > maximumLog) throw new Damaged('a table of probabilities that is too exact');
  const counts: number[] = [];
  let remaining = 1 << accuracyLog;
  while (remaining > 0) {
    if (counts.length > maximumSymbol) throw new Damaged('probabilities of too many symbols');
    const width = 32 - Math.clz32(remaining + 1);
    // Small values take one bit less.
    const short = (1 << width) - 1 - (remaining + 1);
    let value = read(width - 1);
    if (value >= short) {
      value |= read(1) << (width - 1);
      if (value >= 1 << (width - 1)) value -= short;
    }
    const count = value - 1;
    remaining -= Math.abs(count);
    counts.push(count);
    if (count !== 0) continue;
    for (let repeat = 3; repeat === 3; ) {
      repeat = read(2);
      for (let i = 0; i < repeat; i++) counts.push(0);
    }
  }
  if (remaining < 0 || counts.length > maximumSymbol + 1)
    throw new Damaged('probabilities that do not add up');
  return { table: buildFseTable(counts, accuracyLog), next: (position + 7) >>> 3 };
}

/** Section 4.1.1. @param counts out of 2^accuracyLog; -1: less than one */
export function buildFseTable(counts: readonly number[], accuracyLog: number): FseTable {
  const size = 1 << accuracyLog;
  const symbols = new Uint8Array(size);
  const bits = new Uint8Array(size);
  const bases = new Uint16Array(size);
  const next = counts.map((count) => Math.abs(count));
  let high = size;
  counts.forEach((count, symbol) => {
    if (count === -1) symbols[--high] = symbol;
  });
  const step = (size >> 1) + (size >> 3) + 3;
  let place = 0;
  counts.forEach((count, symbol) => {
    for (let i = 0; i < count; i++) {
      symbols[place] = symbol;
      do place = (place + step) & (size - 1);
      while (place >= high);
    }
  });
  for (let state = 0; state < size; state++) {
    const n = next[symbols[state]!]!++;
    const width = accuracyLog - (31 - Math.clz32(n));
    bits[state] = width;
    bases[state] = (n << width) - size;
  }
  return { accuracyLog, symbols, bits, bases };
}
