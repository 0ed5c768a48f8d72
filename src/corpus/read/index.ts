/** Readers: raw files, local or remote, to documents in order, and the rows that are none. */
export { sourceBytesRead } from './bytes-read.js';
export { sourceCondition } from './conditions.js';
export { csvFields, csvRecords } from './csv-records.js';
export { fieldAt } from './fields.js';
export { type FingerprintOptions, fingerprint } from './fingerprint.js';
export { lines } from './lines.js';
export { listFiles } from './list-files.js';
export { failOnMalformed, malformedKind } from './malformed.js';
export { openBytes } from './open-bytes.js';
export { type ReadOptions, readDocuments, type TokenReader } from './read-documents.js';
export { type Compression, peel } from './readers.js';
export { originName } from './source-root.js';
