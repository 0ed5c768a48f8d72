/** Corpus: raw files to documents, and what is measured about each of them once. */
export { documentId } from './document-id.js';
export { type SignalFamily, signalFamilies } from './known-signals.js';
export {
  gramsByOrder,
  type LanguageModel,
  openModel,
  perplexity,
  readLanguageModel,
  Scorer,
  type TextScore,
  type Training,
  type TrainOptions,
  trainLanguageModel,
  type WordForm,
  type WordVisitor,
  writeLanguageModel,
} from './language-model/index.js';
export { measure, type Signals } from './measure.js';
export { type MeasuredDocument, measureFiles } from './measure-files.js';
export {
  type MeasuredStudy,
  type MeasureListener,
  measureStudy,
} from './measure-study.js';
export {
  csvFields,
  csvRecords,
  type FingerprintOptions,
  failOnMalformed,
  fieldAt,
  fingerprint,
  lines,
  listFiles,
  malformedKind,
  openBytes,
  originName,
  peel,
  type ReadOptions,
  readDocuments,
  sourceBytesRead,
  type TokenReader,
} from './read/index.js';
export { openSignals, rowColumn, signalColumns, signalRows } from './relation.js';
export { type DocumentSample, type SampleChoice, sampleDocuments } from './sample-documents.js';
export type { MeasuredSource, SignalTable } from './signal-tables.js';
export {
  buildCorpusStore,
  type CorpusStoreOptions,
  type GroupSpec,
  type LengthColumn,
  lengthColumns,
  MeasurePool,
  openCorpusStore,
  sourceChanged,
  tokenSignal,
} from './store/index.js';
export { contaminationShares } from './study-contamination.js';
export { type SignalSummary, summariseSignals, summaryQuantiles } from './summarise.js';
