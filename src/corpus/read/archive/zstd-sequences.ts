/** The sequences of a block: how many literals to take, and what to copy from before (RFC 8878, section 3.1.1.3.2). */
import { BackwardBits, Damaged } from './zstd-bits.js';
import { buildFseTable, type FseTable, readFseTable, singleSymbol } from './zstd-fse.js';

/** Values of codes: base and extra bits (tables 15 and 17). */
interface Codes {
  bases: Int32Array;
  extra: Uint8Array;
}

function codesOf(
  first: number,
  direct: number,
  ranges: readonly (readonly [extra: number, count: number])[],
): Codes {
  const bases: number[] = Array.from({ length: direct }, (_, i) => first + i);
  const extra: number[] = bases.map(() => 0);
  let next = first + direct;
  for (const [bits, count] of ranges) {
    for (let i = 0; i < count; i++) {
      bases.push(next);
      extra.push(bits);
      next += 1 << bits;
    }
  }
  return { bases: Int32Array.from(bases), extra: Uint8Array.from(extra) };
}

const single = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => [from + i, 1] as const);
const literalCodes = codesOf(0, 16, [[1, 4], [2, 2], [3, 2], [4, 1], [6, 1], ...single(7, 16)]);
const matchCodes = codesOf(3, 32, [[1, 4], [2, 2], [3, 2], [4, 2], [5, 1], [7, 1], ...single(8, 16)]);

/** The three kinds of symbols in the order of their tables, with the default distributions (section 3.1.1.3.2.2). */
const kinds = [
  {
    maximumLog: 9,
    maximumSymbol: 35,
    default: buildFseTable(
      [4, 3, ...ones(2, 11), ...ones(1, 3), ...ones(2, 9), 3, 2, ...ones(1, 5), ...ones(-1, 4)],
      6,
    ),
  },
  {
    maximumLog: 8,
    maximumSymbol: 31,
    default: buildFseTable([...ones(1, 6), 2, 2, 2, ...ones(1, 15), ...ones(-1, 5)], 5),
  },
  {
    maximumLog: 9,
    maximumSymbol: 52,
    default: buildFseTable([1, 4, 3, ...ones(2, 6), ...ones(1, 37), ...ones(-1, 7)], 6),
  },
] as const;

function ones(value: number, count: number): number[] {
  return new Array(count).fill(value);
}

/** Called for each sequence in order. `offset` is how far back the match begins. */
export type OnSequence = (literals: number, offset: number, match: number) => void;

export class SequencesDecoder {
  private tables: (FseTable | undefined)[] = [];
  /** Offsets used last, the latest first. */
  private first = 1;
  private second = 4;
  private third = 8;
  private readonly bits = new BackwardBits();

  reset(): void {
    this.tables = [];
    [this.first, this.second, this.third] = [1, 4, 8];
  }

  read(block: Uint8Array, start: number, onSequence: OnSequence): void {
    const { count, next } = countOf(block, start);
    if (count === 0) {
      if (next !== block.length) throw new Damaged('bytes after a block without sequences');
      return;
    }
    const from = this.readTables(block, next);
    const { bits } = this;
    bits.open(block, from, block.length);
    const [literals, offsets, matches] = this.tables as [FseTable, FseTable, FseTable];
    let literalState = bits.read(literals.accuracyLog);
    let offsetState = bits.read(offsets.accuracyLog);
    let matchState = bits.read(matches.accuracyLog);
    for (let left = count; ; ) {
      const offsetCode = offsets.symbols[offsetState]!;
      const matchCode = matches.symbols[matchState]!;
      const literalCode = literals.symbols[literalState]!;
      if (offsetCode > 30) throw new Damaged('an offset beyond every window');
      const value =
        (1 << offsetCode) + (offsetCode <= 24 ? bits.read(offsetCode) : this.longOffset(offsetCode));
      const matchExtra = matchCodes.extra[matchCode]!;
      const literalExtra = literalCodes.extra[literalCode]!;
      const match = matchCodes.bases[matchCode]! + (matchExtra === 0 ? 0 : bits.read(matchExtra));
      const literal = literalCodes.bases[literalCode]! + (literalExtra === 0 ? 0 : bits.read(literalExtra));
      onSequence(literal, this.offsetOf(value, literal), match);
      if (--left === 0) break;
      literalState = literals.bases[literalState]! + bits.read(literals.bits[literalState]!);
      matchState = matches.bases[matchState]! + bits.read(matches.bits[matchState]!);
      offsetState = offsets.bases[offsetState]! + bits.read(offsets.bits[offsetState]!);
      if (bits.left < 0) throw new Damaged('sequences that end too soon');
    }
    if (bits.left !== 0) throw new Damaged('sequences that do not fit their bits');
  }

  /** More bits than one read gives. */
  private longOffset(code: number): number {
    const high = this.bits.read(code - 16);
    return (high << 16) + this.bits.read(16);
  }

  /** Section 3.1.1.5: the values 1 to 3 stand for offsets used before. */
  private offsetOf(value: number, literals: number): number {
    const place = value > 3 ? 4 : value + (literals === 0 ? 1 : 0);
    if (place === 1) return this.first;
    const offset =
      value > 3 ? value - 3 : place === 2 ? this.second : place === 3 ? this.third : this.first - 1;
    if (offset === 0) throw new Damaged('an offset of 0');
    if (place !== 2) this.third = this.second;
    this.second = this.first;
    this.first = offset;
    return offset;
  }

  private readTables(block: Uint8Array, start: number): number {
    if (start >= block.length) throw new Damaged('sequences beyond their block');
    const modes = block[start]!;
    if ((modes & 3) !== 0) throw new Damaged('a reserved bit is set');
    let next = start + 1;
    kinds.forEach((kind, i) => {
      const mode = (modes >> (6 - 2 * i)) & 3;
      if (mode === 0) this.tables[i] = kind.default;
      else if (mode === 1) {
        const symbol = block[next++] ?? 255;
        if (symbol > kind.maximumSymbol) throw new Damaged('a symbol that does not exist');
        this.tables[i] = singleSymbol(symbol);
      } else if (mode === 2) {
        const read = readFseTable(block, next, block.length, kind.maximumLog, kind.maximumSymbol);
        this.tables[i] = read.table;
        next = read.next;
      } else if (this.tables[i] === undefined) throw new Damaged('sequences without a table');
    });
    return next;
  }
}

function countOf(block: Uint8Array, start: number): { count: number; next: number } {
  const byte = (i: number): number => {
    const value = block[start + i];
    if (value === undefined) throw new Damaged('sequences beyond their block');
    return value;
  };
  const first = byte(0);
  if (first < 128) return { count: first, next: start + 1 };
  if (first < 255) return { count: ((first - 128) << 8) + byte(1), next: start + 2 };
  return { count: byte(1) + (byte(2) << 8) + 0x7f00, next: start + 3 };
}
