/** Duplicates: exact copies, MinHash signatures, and clusters of near duplicates over all sources. */
export {
  clusterDuplicates,
  type DuplicateBatch,
  type DuplicateSource,
  type Duplicates,
  duplicateBatches,
} from './clusters.js';
export { duplicateColumns } from './columns.js';
export { copyCounter } from './copies.js';
export { minhashGroup, minhashSignature, signatureBytes } from './minhash.js';
export { mix32 } from './mix.js';
export { normaliseWord, type WordHashes, wordHashes } from './word-hashes.js';
