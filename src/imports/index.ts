/** Results of runs that were trained elsewhere, of any layout, to one table. */
export { type ImportSummary, readImport, writeImport } from './folder.js';
export { type ImportedRuns, type ImportOptions, importRuns } from './import-runs.js';
export { type Mapping, mappingShape } from './mapping.js';
