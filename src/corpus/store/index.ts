/** The corpus store: documents and signals of a source on disk, and the pass that measures them. */
export { type LengthColumn, lengthColumns } from './batch.js';
export {
  buildCorpusStore,
  type CorpusStoreOptions,
  documentSignals,
  firstMalformed,
  openCorpusStore,
  sourceChanged,
} from './corpus-store.js';
export { groupPaths } from './group-writer.js';
export { type GroupSpec, signalGroup } from './groups.js';
export { MeasurePool } from './measure-pool.js';
