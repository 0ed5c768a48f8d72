/**
 * The index of a Megatron data set: which tokens of the `.bin` file are one document.
 *
 * Layout of `.idx`, little endian: `MMIDIDX\0\0`; uint64 version 1; uint8 dtype code; uint64 sequences S; uint64 D;
 * int32 [S] tokens of each sequence; int64 [S] byte offset of each; int64 [D] first sequence of each document, and S
 * at the end; from here on int8 [S] modes in multimodal data, which are not read.
 */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { AssayError } from '../../errors.js';

export interface MegatronIndex {
  tokenBytes: 2 | 4;
  /** Ids from here on are none: negative numbers of a signed type. */
  limit: number;
  documents: number;
  /** First token in the `.bin` file and number of tokens of each document. */
  ranges(): Iterable<{ first: number; tokens: number }>;
}

const magic = Buffer.from('MMIDIDX\0\0', 'latin1');
const headerBytes = 34;
/** Entries of one of the three lists in memory at once. */
const blockEntries = 65536;

const dtypes: Record<number, { name: string; tokenBytes?: 2 | 4; limit?: number }> = {
  1: { name: 'uint8' },
  2: { name: 'int8' },
  3: { name: 'int16', tokenBytes: 2, limit: 2 ** 15 },
  4: { name: 'int32', tokenBytes: 4, limit: 2 ** 31 },
  5: { name: 'int64' },
  6: { name: 'float64' },
  7: { name: 'float32' },
  8: { name: 'uint16', tokenBytes: 2, limit: 2 ** 16 },
};

/**
 * Nothing is read but the header: the lists are walked as `ranges` goes on, in memory that does not grow with them.
 * @throws AssayError for another format or dtype, and an index that does not fit its own or the `.bin` file's size;
 *   `ranges` throws it at the first document that does not
 */
export function readMegatronIndex(idx: string, bin: string): MegatronIndex {
  const refuse = (expected: string, got: string) =>
    new AssayError(idx, 'not a Megatron index', { expected, got });
  const header = Buffer.alloc(headerBytes);
  const { size } = statSync(idx);
  withFile(idx, (file) => readSync(file, header, 0, headerBytes, 0));
  if (size < headerBytes || !header.subarray(0, magic.length).equals(magic)) {
    throw refuse('MMIDIDX at its start', JSON.stringify(header.toString('latin1', 0, 9)));
  }
  const version = header.readBigUInt64LE(9);
  if (version !== 1n) throw refuse('version 1', String(version));
  const code = header[17]!;
  const dtype = dtypes[code];
  const { tokenBytes, limit } = dtype ?? {};
  if (tokenBytes === undefined || limit === undefined) {
    throw refuse('tokens of dtype uint16, int16 or int32', dtype?.name ?? `code ${code}`);
  }
  const sequences = header.readBigUInt64LE(18);
  const entries = header.readBigUInt64LE(26);
  const needed = BigInt(headerBytes) + 12n * sequences + 8n * entries;
  const fits = needed === BigInt(size) || needed + sequences === BigInt(size);
  if (!fits || entries < 1n) {
    throw refuse(`${needed} bytes for ${sequences} sequences and ${entries} document marks`, `${size} bytes`);
  }
  const binTokens = Math.floor(statSync(bin).size / tokenBytes);
  return {
    tokenBytes,
    limit,
    documents: Number(entries) - 1,
    *ranges() {
      const file = openSync(idx, 'r');
      try {
        yield* documentRanges(idx, file, Number(sequences), Number(entries), tokenBytes, binTokens);
      } finally {
        closeSync(file);
      }
    },
  };
}

function* documentRanges(
  idx: string,
  file: number,
  sequences: number,
  entries: number,
  tokenBytes: 2 | 4,
  binTokens: number,
): Iterable<{ first: number; tokens: number }> {
  const sizes = new Entries(file, headerBytes, sequences, 4);
  const pointers = new Entries(file, headerBytes + 4 * sequences, sequences, 8);
  const marks = new Entries(file, headerBytes + 12 * sequences, entries, 8);
  const refuse = (document: number, expected: string, got: unknown) =>
    new AssayError(`${idx}:${document + 1}`, 'not a document of this index', { expected, got: String(got) });
  let sequence = 0;
  let before = 0;
  if (marks.at(0) !== 0) throw refuse(0, 'the first document to begin with sequence 0', marks.at(0));
  for (let document = 0; document + 1 < entries; document++) {
    const end = marks.at(document + 1);
    if (!(end >= sequence && end <= sequences)) throw refuse(document, `at most sequence ${sequences}`, end);
    const start = sequence < end ? pointers.at(sequence) / tokenBytes : before;
    // Documents that share tokens would make a small file a huge one.
    if (start < before) throw refuse(document, `to begin at token ${before} or later`, start);
    let tokens = 0;
    for (; sequence < end; sequence++) {
      const pointer = pointers.at(sequence) / tokenBytes;
      if (pointer !== start + tokens) {
        throw refuse(document, `its sequences one after the other, at token ${start + tokens}`, pointer);
      }
      const size = sizes.at(sequence);
      tokens += size;
      if (!(size >= 0 && pointer >= 0 && start + tokens <= binTokens)) {
        throw refuse(
          document,
          `tokens 0 to ${binTokens} of its .bin file`,
          `${pointer} to ${pointer + size}`,
        );
      }
    }
    before = start + tokens;
    yield { first: start, tokens };
  }
}

/** A list of signed numbers in a file, read forward a block at a time. */
class Entries {
  private block = new DataView(new ArrayBuffer(0));
  private from = 0;
  private to = 0;

  constructor(
    private readonly file: number,
    private readonly offset: number,
    private readonly length: number,
    private readonly width: 4 | 8,
  ) {}

  at(index: number): number {
    if (index < this.from || index >= this.to) this.load(index);
    const at = (index - this.from) * this.width;
    return this.width === 4 ? this.block.getInt32(at, true) : Number(this.block.getBigInt64(at, true));
  }

  private load(index: number): void {
    const count = Math.min(blockEntries, this.length - index);
    const bytes = Buffer.alloc(count * this.width);
    readSync(this.file, bytes, 0, bytes.length, this.offset + index * this.width);
    this.block = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.from = index;
    this.to = index + count;
  }
}

function withFile<T>(path: string, use: (file: number) => T): T {
  const file = openSync(path, 'r');
  try {
    return use(file);
  } finally {
    closeSync(file);
  }
}
