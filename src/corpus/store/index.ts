/** The corpus store: documents and signals of a source on disk, and the pass that measures them. */
export { type LengthColumn, lengthColumns } from './batch.js';
export {
  buildCorpusStore,
  type CorpusStoreOptions,
  firstMalformed,
  openCorpusStore,
  sourceChanged,
} from './corpus-store.js';
export { documentSignals, tokenSignal } from './document-signals.js';
export { groupPaths } from './group-writer.js';
export { type GroupSpec, signalGroup } from './groups.js';
export { MeasurePool } from './measure-pool.js';
