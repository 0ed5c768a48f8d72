/**
 * The content address of a source's inputs.
 *
 * A file whose path, size and modification time are as cached is not read again. The trade-off: an edit that keeps
 * both size and time (to the millisecond) goes unseen; deleting the cache file forces a full read. A remote file is
 * not read either: its server says which version it has.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceSpec } from '../../records.js';
import { isAddress } from '../../schema/index.js';
import { hashFile, hashOf, makeFolder, readJson, writeJson } from '../../store/index.js';
import { addBytesRead } from './bytes-read.js';
import { unreadable } from './open-bytes.js';
import { type ListedFile, listRemote, remoteVersion } from './remote/list-remote.js';
import { originName } from './source-root.js';

export interface FingerprintOptions {
  /** Folder that names are relative to, as in `readDocuments`. */
  base?: string;
  /** Folder of `fingerprints.json`; without it every file is read. */
  cacheFolder?: string;
  /** What reads a source with `tokens`. */
  tokens?: { hash: string };
  /** Aborted: the next file is not read, and the signal's reason is thrown. */
  signal?: AbortSignal;
}

/** By absolute path. */
type Cache = Record<string, { size: number; modifiedMs: number; sha256: string }>;

/**
 * 64 hex digits over each file's name and content, and everything in the source that decides which documents come out
 * of them. `files` is what `listFiles` gave.
 */
export async function fingerprint(
  source: SourceSpec,
  files: string[],
  options: FingerprintOptions = {},
): Promise<string> {
  const cacheFile = options.cacheFolder && join(options.cacheFolder, 'fingerprints.json');
  const cache = (cacheFile && readJson<Cache>(cacheFile)) || {};
  const inputs: [name: string, content: string][] = [];
  let changed = false;
  const listed = await listedFiles(source, files);
  for (const file of files) {
    options.signal?.throwIfAborted();
    const name = originName(file, source, options.base);
    if (isAddress(file)) {
      inputs.push([name, await remoteVersion(listed.get(file) ?? { address: file }, name)]);
      continue;
    }
    const { size, mtimeMs: modifiedMs } = statSync(file);
    let entry = cache[file];
    if (entry?.size !== size || entry.modifiedMs !== modifiedMs) {
      entry = { size, modifiedMs, sha256: await hashSource(file) };
      addBytesRead(size);
      cache[file] = entry;
      changed = true;
    }
    inputs.push([name, entry.sha256]);
  }
  if (cacheFile && changed) {
    makeFolder(options.cacheFolder!);
    await writeJson(cacheFile, cache);
  }
  const { text, columns, where } = source;
  const tokens = source.tokens && { dtype: source.tokens.dtype, tokenizer: options.tokens?.hash };
  return hashOf({
    text,
    inputs,
    ...(columns && { columns }),
    ...(where !== undefined && { where }),
    ...(tokens && { tokens }),
  });
}

/** What a listing says about remote files, so that thousands of them need not be asked about one by one. */
async function listedFiles(source: SourceSpec, files: string[]): Promise<Map<string, ListedFile>> {
  if (!files.some((file) => isAddress(file))) return new Map();
  const remote = source.paths.filter((path) => isAddress(path));
  const listed = await Promise.all(remote.map((path) => listRemote(path, path)));
  return new Map(listed.flat().map((file) => [file.address, file]));
}

async function hashSource(file: string): Promise<string> {
  try {
    return await hashFile(file);
  } catch (error) {
    throw unreadable(file, (error as Error).cause ?? error);
  }
}
