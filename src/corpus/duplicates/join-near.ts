/**
 * Joins near duplicates: documents that agree on all rows of a band are candidates, and candidates whose whole
 * signatures agree on at least 75 % of their places are joined.
 *
 * With 14 bands of 8 rows a pair of Jaccard similarity s is a candidate with probability 1 - (1 - s^8)^14: 0.05 at 0.5,
 * 0.77 at 0.75, 0.99 at 0.85. The comparison of signatures (standard deviation 0.04) then drops those below 0.7.
 */
import { buckets } from './buckets.js';
import type { IdTable } from './id-table.js';
import { bands, signatureLength } from './minhash.js';
import type { StudySignatures } from './study-signatures.js';
import type { UnionFind } from './union-find.js';

/** Least estimated Jaccard similarity at which two documents are near duplicates. */
const nearThreshold = 0.75;
const leastAgreeing = Math.ceil(nearThreshold * signatureLength);

/**
 * In a bucket a document is compared with the 255 before it, by id. Only buckets of boilerplate hold more, and in them
 * a chain of comparisons joins what belongs together.
 */
const windowLength = 256;

export interface JoinOptions {
  /**
   * Bytes for the keys of the bands that are handled in one reading of the signatures: 4 a distinct document and band.
   * Default: 100 MB, one reading up to 1.7 million documents.
   */
  keyBytes?: number;
  /** Aborted: its reason is thrown before the next band. */
  signal?: AbortSignal;
}

/**
 * @param ids for an order of documents that does not depend on the order of sources
 * @param sets of distinct documents, joined in place
 */
export async function joinNearDuplicates(
  ids: IdTable,
  signatures: StudySignatures,
  sets: UnionFind,
  { keyBytes = 100e6, signal }: JoinOptions,
): Promise<void> {
  const documents = signatures.withWords();
  const bandsAtOnce = Math.max(1, Math.min(bands, Math.floor(keyBytes / (4 * ids.size))));
  const window = new SignatureWindow(signatures);
  // Made once: what is dropped between bands would lie in memory until the next collection.
  const allKeys = Array.from({ length: bandsAtOnce }, () => new Uint32Array(ids.size));
  const scratch = [new Uint32Array(documents.length), new Uint32Array(documents.length)] as const;
  for (let first = 0; first < bands; first += bandsAtOnce) {
    const keysOfBands = allKeys.slice(0, bands - first);
    signatures.readBandKeys(first, keysOfBands);
    for (const keys of keysOfBands) {
      for (const bucket of buckets(keys, documents, scratch)) {
        bucket.sort((a, b) => ids.compare(a, b));
        joinBucket(bucket, window, sets);
      }
      // Lets an interruption through between bands.
      await new Promise(setImmediate);
      signal?.throwIfAborted();
    }
  }
}

function joinBucket(bucket: Uint32Array, window: SignatureWindow, sets: UnionFind): void {
  for (let i = 1; i < bucket.length; i++) {
    for (let j = Math.max(0, i - windowLength + 1); j < i; j++) {
      const [a, b] = [bucket[i]!, bucket[j]!];
      if (sets.root(a) !== sets.root(b) && window.near(i, a, j, b)) sets.join(a, b);
    }
  }
}

/** The signatures of the latest documents of a bucket, each read at most once while it is among them. */
class SignatureWindow {
  private readonly slots = Array.from({ length: windowLength }, () => new Uint32Array(signatureLength));
  private readonly held = new Float64Array(windowLength).fill(-1);

  constructor(private readonly signatures: StudySignatures) {}

  /** Whether documents `a` and `b`, at places `i` and `j` of a bucket, are near duplicates. */
  near(i: number, a: number, j: number, b: number): boolean {
    const one = this.signature(i, a);
    const other = this.signature(j, b);
    let agreeing = 0;
    for (let place = 0; place < signatureLength; place++) if (one[place] === other[place]) agreeing++;
    return agreeing >= leastAgreeing;
  }

  private signature(at: number, document: number): Uint32Array {
    const slot = at % windowLength;
    if (this.held[slot] !== document) {
      this.signatures.read(document, this.slots[slot]!);
      this.held[slot] = document;
    }
    return this.slots[slot]!;
  }
}
