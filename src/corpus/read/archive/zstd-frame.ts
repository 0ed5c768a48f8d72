/**
 * The outer structure of a Zstandard archive (RFC 8878, section 3.1): frame headers and block headers, whose claims
 * are checked before anything is allocated for them.
 */
import { Damaged } from './zstd-bits.js';

/** Largest window that is decoded, in bytes: `zstd --long=27`, which every decoder takes by default. */
export const maximumWindow = 1 << 27;
/** Block_Maximum_Size. */
export const maximumBlock = 1 << 17;

export const frameMagic = 0xfd2fb528;
/** The first of sixteen magic numbers of frames that hold no data. */
export const skippableMagic = 0x184d2a50;

export interface FrameHeader {
  /** Of the header after the magic number, the descriptor included. */
  bytes: number;
  windowBytes: number;
  /** Undefined when the frame does not say. */
  contentBytes: number | undefined;
  checksum: boolean;
}

/** Bytes of the header, known from its first byte. */
export function headerBytes(descriptor: number): number {
  const singleSegment = (descriptor & 0x20) !== 0;
  return 1 + (singleSegment ? 0 : 1) + dictionaryBytes(descriptor) + contentSizeBytes(descriptor);
}

/** @throws Damaged for what is not decoded: a dictionary, a reserved bit, a window that is too large */
export function parseHeader(header: Buffer): FrameHeader {
  const descriptor = header[0]!;
  if ((descriptor & 0x08) !== 0) throw new Damaged('a reserved bit is set');
  const singleSegment = (descriptor & 0x20) !== 0;
  const dictionaryAt = singleSegment ? 1 : 2;
  const sizeAt = dictionaryAt + dictionaryBytes(descriptor);
  if (header.subarray(dictionaryAt, sizeAt).some((byte) => byte !== 0))
    throw new Damaged('it needs a dictionary');
  const contentBytes = contentSize(header, sizeAt, contentSizeBytes(descriptor));
  const windowBytes = singleSegment ? contentBytes! : windowSize(header[1]!);
  if (windowBytes > maximumWindow) {
    throw new Damaged(`its window is ${windowBytes} bytes, more than the ${maximumWindow} that are decoded`);
  }
  return { bytes: header.length, windowBytes, contentBytes, checksum: (descriptor & 0x04) !== 0 };
}

function dictionaryBytes(descriptor: number): number {
  return [0, 1, 2, 4][descriptor & 3]!;
}

function contentSizeBytes(descriptor: number): number {
  const singleSegment = (descriptor & 0x20) !== 0;
  return [singleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
}

function contentSize(header: Buffer, at: number, bytes: number): number | undefined {
  switch (bytes) {
    case 0:
      return undefined;
    case 2:
      return header.readUInt16LE(at) + 256;
    case 8:
      return Number(header.readBigUInt64LE(at));
    default:
      return header.readUIntLE(at, bytes);
  }
}

/** Window_Size = 2^(10 + exponent) · (1 + mantissa / 8). */
function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}
