export { hashFile, linkOrCopy, makeFolder, publish, readJson, writeFileDurably, writeJson } from './files.js';
export { canonicalJson, hashOf } from './hash.js';
export { Journal, readJournal } from './journal.js';
export { readSafetensors, type SafetensorsFile, type Tensor, writeSafetensors } from './safetensors.js';
export { stageVersions } from './versions.js';
