/** Store: files that survive crashes, content addresses, journals, the tensor format of checkpoints, and DuckDB. */
export { type AddressedFolder, buildAddressedFolder } from './addressed-folder.js';
export { type ColumnType, type ColumnValues, ColumnWriter, readColumns } from './columns.js';
export { type DuckDbOptions, openDuckDb, sqlName, sqlString } from './duckdb.js';
export {
  hashFile,
  linkOrCopy,
  makeFolder,
  publish,
  readJson,
  writeFileDurably,
  writeFileWith,
  writeJson,
  writeMarked,
} from './files.js';
export { canonicalJson, hashOf } from './hash.js';
export { Journal, readJournal } from './journal.js';
export { isGone, type ProcessIdentity, processIdentity, thisProcess } from './processes.js';
export { readSafetensors, type SafetensorsFile, type Tensor, writeSafetensors } from './safetensors.js';
export { explainSystemError, readingSync, writing, writingSync } from './system-errors.js';
export { removeAbandoned, temporaryFor } from './temporaries.js';
export { stageVersions } from './versions.js';
