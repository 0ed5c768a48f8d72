/** Corpus: raw files to documents, and what is measured about a document without a model. */
export { documentId } from './document-id.js';
export { type FingerprintOptions, fingerprint } from './fingerprint.js';
export { listFiles } from './list-files.js';
export { failOnMalformed, malformedKind } from './malformed.js';
export { measure, type Signals } from './measure.js';
export { type ReadOptions, readDocuments } from './read-documents.js';
export { originName } from './source-root.js';
