/**
 * The safetensors format: an 8-byte header length, a JSON header, then the tensors' bytes. Written as float32; float16
 * and bfloat16 are read too, as the float32 that they are equal to.
 *
 * Written so that equal tensors give equal bytes (names sorted, header padded with spaces), and read without trust:
 * the header's length, every offset, type, shape and gap is checked before a tensor is allocated.
 * Format: https://github.com/huggingface/safetensors#format
 */
import { type FileHandle, open } from 'node:fs/promises';
import { AssayError } from '../errors.js';
import { writeFileWith } from './files.js';
import { fromBfloat16, fromFloat16 } from './short-floats.js';

export interface Tensor {
  shape: readonly number[];
  /** Row-major. */
  data: Float32Array;
}

export interface SafetensorsFile {
  metadata: Record<string, string>;
  tensors: Map<string, Tensor>;
}

/** The format's own limit on the header. */
const maxHeaderBytes = 100_000_000;
/** Reads and writes go in pieces, because one system call moves less than 2 GiB. */
const pieceBytes = 1 << 28;

/** Bytes of a value, for the types of the format that fill whole bytes. */
const valueBytes = new Map(
  Object.entries({
    ...{ BOOL: 1, U8: 1, I8: 1, F8_E5M2: 1, F8_E4M3: 1, U16: 2, I16: 2, F16: 2, BF16: 2 },
    ...{ U32: 4, I32: 4, F32: 4, U64: 8, I64: 8, F64: 8 },
  }),
);
/** From the bytes of a tensor to its values. */
const readable = new Map<string, (bytes: ArrayBuffer) => Float32Array>([
  ['F32', (bytes) => new Float32Array(bytes)],
  ['F16', (bytes) => fromFloat16(new Uint16Array(bytes))],
  ['BF16', (bytes) => fromBfloat16(new Uint16Array(bytes))],
]);

interface HeaderEntry {
  name: string;
  dtype: string;
  shape: number[];
  begin: number;
  end: number;
}

/**
 * Writes `tensors` to `path` atomically and durably.
 * @param metadata strings beside `format: "pt"`, which Hugging Face's loaders ask for
 */
export async function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Record<string, string> = {},
): Promise<void> {
  const sorted = [...tensors].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const header = encodeHeader(path, sorted, metadata);
  await writeFileWith(path, async (file) => {
    const tensors = sorted.map(
      ([, { data }]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    );
    for (const batch of batches([header, ...tensors])) await writeBytes(file, batch);
  });
}

/**
 * Reads a file.
 * @param wanted names to read; default: all. The others are checked, but may be of any type
 * @throws AssayError for anything that is not a well-formed safetensors file of F32, F16 and BF16
 */
export async function readSafetensors(
  path: string,
  wanted: (name: string) => boolean = () => true,
): Promise<SafetensorsFile> {
  const file = await openForReading(path);
  try {
    const { size } = await file.stat();
    const { metadata, entries, dataStart } = await readHeader(path, file, size);
    const tensors = new Map<string, Tensor>();
    for (const { name, dtype, shape, begin, end } of entries) {
      if (!wanted(name)) continue;
      const decode = readable.get(dtype);
      if (decode === undefined) {
        const expected = [...readable.keys()].join(', ');
        throw new AssayError(path, `tensor "${name}": type that is not read`, { expected, got: dtype });
      }
      const bytes = new ArrayBuffer(end - begin);
      await readBytes(path, file, new Uint8Array(bytes), dataStart + begin);
      tensors.set(name, { shape, data: decode(bytes) });
    }
    return { metadata, tensors };
  } finally {
    await file.close();
  }
}

function encodeHeader(
  path: string,
  sorted: [string, Tensor][],
  metadata: Record<string, string>,
): Uint8Array {
  const strings = Object.entries({ format: 'pt', ...metadata }).sort(([a], [b]) => (a < b ? -1 : 1));
  const header: [string, unknown][] = [['__metadata__', Object.fromEntries(strings)]];
  let begin = 0;
  for (const [name, { shape, data }] of sorted) {
    if (elements(shape) !== data.length) {
      throw new Error(`${path}: tensor ${name} has ${data.length} values for shape [${shape}]`);
    }
    header.push([name, { dtype: 'F32', shape, data_offsets: [begin, begin + data.byteLength] }]);
    begin += data.byteLength;
  }
  const json = Buffer.from(JSON.stringify(Object.fromEntries(header)));
  const padded = Math.ceil(json.length / 8) * 8;
  const bytes = Buffer.alloc(8 + padded, ' ');
  bytes.writeBigUInt64LE(BigInt(padded), 0);
  json.copy(bytes, 8);
  return bytes;
}

async function readHeader(path: string, file: FileHandle, size: number) {
  if (size < 10) throw malformed(path, 'too short', 'at least 10 bytes', `${size}`);
  const prefix = Buffer.alloc(8);
  await readBytes(path, file, prefix, 0);
  const length = prefix.readBigUInt64LE();
  if (length > maxHeaderBytes || Number(length) + 8 > size) {
    const limit = Math.min(maxHeaderBytes, size - 8);
    throw malformed(path, 'impossible header length', `at most ${limit} bytes`, `${length}`);
  }
  const dataStart = 8 + Number(length);
  const json = Buffer.alloc(Number(length));
  await readBytes(path, file, json, 8);
  const header = parseHeader(path, json);
  const { __metadata__: metadata = {}, ...described } = header;
  const entries = Object.entries(described).map(([name, value]) => checkEntry(path, name, value));
  checkLayout(path, entries, size - dataStart);
  return { metadata: checkMetadata(path, metadata), entries, dataStart };
}

function parseHeader(path: string, json: Buffer): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch (cause) {
    throw malformed(path, 'unreadable header', 'JSON', (cause as Error).message);
  }
  if (!isRecord(header)) throw malformed(path, 'unreadable header', 'a JSON object', typeof header);
  return header;
}

function checkMetadata(path: string, metadata: unknown): Record<string, string> {
  if (!isRecord(metadata) || Object.values(metadata).some((value) => typeof value !== 'string')) {
    throw malformed(path, 'unreadable metadata', 'strings by name', JSON.stringify(metadata));
  }
  return metadata as Record<string, string>;
}

function checkEntry(path: string, name: string, value: unknown): HeaderEntry {
  const subject = `tensor "${name}"`;
  if (!isRecord(value)) throw malformed(path, subject, 'an object', JSON.stringify(value));
  const { dtype, shape, data_offsets: offsets } = value;
  const size = valueBytes.get(String(dtype));
  if (size === undefined) {
    throw malformed(path, `${subject}: type`, [...valueBytes.keys()].join(', '), JSON.stringify(dtype));
  }
  if (!isSizes(shape)) throw malformed(path, `${subject}: shape`, 'whole numbers', JSON.stringify(shape));
  if (!isSizes(offsets) || offsets.length !== 2) {
    throw malformed(path, `${subject}: data_offsets`, '[begin, end]', JSON.stringify(offsets));
  }
  const [begin, end] = offsets as [number, number];
  if (end - begin !== elements(shape) * size) {
    throw malformed(path, `${subject}: length`, `${elements(shape) * size} bytes`, `${end - begin}`);
  }
  return { name, dtype: String(dtype), shape, begin, end };
}

/** The tensors must tile the data: no hole, no overlap, no bytes left over. */
function checkLayout(path: string, entries: HeaderEntry[], dataBytes: number): void {
  let at = 0;
  for (const { name, begin, end } of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== at) throw malformed(path, `tensor "${name}": start`, `byte ${at}`, `byte ${begin}`);
    at = end;
  }
  if (at !== dataBytes) throw malformed(path, 'wrong size', `${at} bytes of data`, `${dataBytes}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

async function openForReading(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (cause) {
    throw new AssayError(path, 'cannot open this file', {
      got: (cause as NodeJS.ErrnoException).code ?? String(cause),
      cause,
    });
  }
}

/** The same bytes in lists of at most `pieceBytes`: few calls, because the writer may share its thread with training. */
function* batches(arrays: Uint8Array[]): Iterable<Uint8Array[]> {
  let batch: Uint8Array[] = [];
  let free = pieceBytes;
  for (const array of arrays) {
    for (let at = 0; at < array.length; ) {
      const part = array.subarray(at, at + free);
      batch.push(part);
      at += part.length;
      free -= part.length;
      if (free > 0) continue;
      yield batch;
      [batch, free] = [[], pieceBytes];
    }
  }
  if (batch.length > 0) yield batch;
}

async function writeBytes(file: FileHandle, batch: Uint8Array[]): Promise<void> {
  for (let left = batch; left.length > 0; ) {
    let { bytesWritten } = await file.writev(left);
    const rest: Uint8Array[] = [];
    for (const array of left) {
      const done = Math.min(bytesWritten, array.length);
      bytesWritten -= done;
      if (done < array.length) rest.push(array.subarray(done));
    }
    left = rest;
  }
}

async function readBytes(path: string, file: FileHandle, into: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < into.length; ) {
    const { bytesRead } = await file.read(into, at, Math.min(pieceBytes, into.length - at), position + at);
    if (bytesRead === 0) throw malformed(path, 'ends early', `${into.length} bytes`, `${at}`);
    at += bytesRead;
  }
}

function malformed(path: string, problem: string, expected: string, got: string): AssayError {
  return new AssayError(path, `not a safetensors file (${problem})`, {
    expected,
    got,
    fix: 'Delete it and run the same command again.',
  });
}
