/**
 * The content address of a source's inputs.
 *
 * A file whose path, size and modification time are as cached is not read again. The trade-off: an edit that keeps
 * both size and time (to the millisecond) goes unseen; deleting the cache file forces a full read.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceSpec } from '../../records.js';
import { hashFile, hashOf, makeFolder, readJson, writeJson } from '../../store/index.js';
import { unreadable } from './open-bytes.js';
import { originName } from './source-root.js';

export interface FingerprintOptions {
  /** Folder that names are relative to, as in `readDocuments`. */
  base?: string;
  /** Folder of `fingerprints.json`; without it every file is read. */
  cacheFolder?: string;
  /** Aborted: the next file is not read, and the signal's reason is thrown. */
  signal?: AbortSignal;
}

/** By absolute path. */
type Cache = Record<string, { size: number; modifiedMs: number; sha256: string }>;

/** 64 hex digits over each file's name and SHA-256, and the text field. `files` is what `listFiles` gave. */
export async function fingerprint(
  source: SourceSpec,
  files: string[],
  options: FingerprintOptions = {},
): Promise<string> {
  const cacheFile = options.cacheFolder && join(options.cacheFolder, 'fingerprints.json');
  const cache = (cacheFile && readJson<Cache>(cacheFile)) || {};
  const inputs: [name: string, sha256: string][] = [];
  let changed = false;
  for (const file of files) {
    const { size, mtimeMs: modifiedMs } = statSync(file);
    let entry = cache[file];
    options.signal?.throwIfAborted();
    if (entry?.size !== size || entry.modifiedMs !== modifiedMs) {
      entry = { size, modifiedMs, sha256: await hashSource(file) };
      cache[file] = entry;
      changed = true;
    }
    inputs.push([originName(file, source, options.base), entry.sha256]);
  }
  if (cacheFile && changed) {
    makeFolder(options.cacheFolder!);
    await writeJson(cacheFile, cache);
  }
  return hashOf({ text: source.text, inputs });
}

async function hashSource(file: string): Promise<string> {
  try {
    return await hashFile(file);
  } catch (error) {
    throw unreadable(file, (error as Error).cause ?? error);
  }
}
