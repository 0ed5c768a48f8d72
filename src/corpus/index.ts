/** Corpus: raw files to documents, and what is measured about a document without a model. */
export { documentId } from './document-id.js';
export { measure, type Signals } from './measure.js';
export {
  type FingerprintOptions,
  failOnMalformed,
  fingerprint,
  listFiles,
  malformedKind,
  originName,
  type ReadOptions,
  readDocuments,
} from './read/index.js';
