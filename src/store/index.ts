export { hashFile, linkOrCopy, makeFolder, publish, readJson, writeFileDurably, writeJson } from './files.js';
export { canonicalJson, hashOf } from './hash.js';
export { stageVersions } from './versions.js';
