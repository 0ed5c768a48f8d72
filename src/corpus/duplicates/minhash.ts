/**
 * MinHash signatures of documents: how many of their places agree estimates the Jaccard similarity of two documents'
 * sets of word 5-grams (Broder 1997), in FineWeb's setting of 14 bands of 8 rows (Penedo et al. 2024).
 *
 * A shingle gets one strong 32-bit hash x; the 112 orders are those of a·x + b mod 2^32 with a odd, which costs one
 * multiplication. Linear orders are only safe on scattered values, and that is what the strong hash gives.
 */
import { Random } from '../../random.js';
import type { DocumentText } from '../signals/document-text.js';
import type { SignalGroup } from '../signals/signal.js';
import { mix32 } from './mix.js';
import { wordHashes } from './word-hashes.js';

export const shingleWords = 5;
export const bands = 14;
export const rowsPerBand = 8;
/** Hashes in a signature. */
export const signatureLength = bands * rowsPerBand;
/** Bytes of a signature: uint32, little endian. */
export const signatureBytes = 4 * signatureLength;

/** Every place of the signature of a document without words. Such documents are near duplicates of nothing. */
export const emptyPlace = 0xffffffff;

/** The signature of every document in `minhash.bin`, by which `clusterDuplicates` finds near duplicates. */
export function minhashGroup(): SignalGroup {
  return {
    name: 'minhash',
    version: 1,
    columns: [],
    binaryBytes: signatureBytes,
    open: async () => (text) => ({ values: [], bytes: new Uint8Array(minhashSignature(text).buffer) }),
  };
}

/**
 * The 112 least hashes of a document's shingles. A document of fewer than 5 words is one shingle of all its words.
 * @returns shape [112]
 */
export function minhashSignature(text: DocumentText): Uint32Array {
  return leastHashes(shingleHashes(text));
}

/** One hash a shingle, in the document's order; a repeated shingle is repeated. Shape [max(1, words - 4)], or [0]. */
export function shingleHashes(text: DocumentText): Int32Array {
  const words = wordHashes(text).high;
  if (words.length === 0) return new Int32Array(0);
  const length = Math.min(shingleWords, words.length);
  const hashes = new Int32Array(words.length - length + 1);
  for (let first = 0; first < hashes.length; first++) {
    let hash = length;
    for (let word = first; word < first + length; word++) {
      hash = Math.imul(hash, 0x2c1b3c6d) + words[word]!;
    }
    hashes[first] = mix32(hash);
  }
  return hashes;
}

const random = Random.fromSeed('minhash');
const multipliers = Int32Array.from({ length: signatureLength }, () => random.uint32() | 1);
const offsets = Int32Array.from({ length: signatureLength }, () => random.uint32());

/** The least value of every order over the shingles. Shape [112]. */
export function leastHashes(shingles: Int32Array): Uint32Array {
  const signature = new Uint32Array(signatureLength);
  // Four orders a pass: their constants and minima stay in registers. The comparison is of signed integers, which are
  // cheaper; flipping the sign bit turns it into the order of unsigned ones.
  for (let place = 0; place < signatureLength; place += 4) {
    const a0 = multipliers[place]!;
    const a1 = multipliers[place + 1]!;
    const a2 = multipliers[place + 2]!;
    const a3 = multipliers[place + 3]!;
    const b0 = offsets[place]!;
    const b1 = offsets[place + 1]!;
    const b2 = offsets[place + 2]!;
    const b3 = offsets[place + 3]!;
    let least0 = 0x7fffffff;
    let least1 = 0x7fffffff;
    let least2 = 0x7fffffff;
    let least3 = 0x7fffffff;
    for (let i = 0; i < shingles.length; i++) {
      const x = shingles[i]!;
      const hash0 = (Math.imul(x, a0) + b0) | 0;
      const hash1 = (Math.imul(x, a1) + b1) | 0;
      const hash2 = (Math.imul(x, a2) + b2) | 0;
      const hash3 = (Math.imul(x, a3) + b3) | 0;
      if (hash0 < least0) least0 = hash0;
      if (hash1 < least1) least1 = hash1;
      if (hash2 < least2) least2 = hash2;
      if (hash3 < least3) least3 = hash3;
    }
    signature[place] = least0 ^ 0x80000000;
    signature[place + 1] = least1 ^ 0x80000000;
    signature[place + 2] = least2 ^ 0x80000000;
    signature[place + 3] = least3 ^ 0x80000000;
  }
  return signature;
}
