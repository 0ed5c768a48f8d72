/**
 * The token store: a source tokenized once, for all studies that use both.
 *
 * `<folder>/<source>-<hash>/` holds `tokens.bin`, `tokens.parquet` (a row a document, as in the corpus store) and,
 * written last, `store.json` with their SHA-256. It is built beside its final place and renamed, so a store is whole or
 * absent.
 */
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { CorpusStore, SourceSpec, TokenStore } from '../records.js';
import { buildAddressedFolder, hashOf, readJson, stageVersions } from '../store/index.js';
import type { Tokenizer } from './tokenizer.js';
import { writeInPlace } from './write-in-place.js';
import { type StoreProgress, writeStore } from './write-store.js';

export interface TokenStoreOptions {
  /** The source, read and measured before. */
  corpus: CorpusStore;
  source: SourceSpec;
  tokenizer: Tokenizer;
  /** Folder of all stores. */
  folder: string;
  /** Folder that document origins are relative to, normally the study's. */
  base?: string;
  /** Called after about every 1,000 documents. */
  onProgress?: (progress: StoreProgress) => void;
  /** Aborted: nothing is left behind, and the signal's reason is thrown. */
  signal?: AbortSignal;
}

/**
 * The store of a source, built unless it exists.
 *
 * @throws AssayError for a source that changed since it was measured, whatever the readers throw, and a disk that refuses
 */
export async function buildTokenStore(options: TokenStoreOptions): Promise<TokenStore> {
  const { corpus, source, tokenizer } = options;
  const hash = hashOf({ corpus: corpus.hash, tokenizer: tokenizer.hash, stage: stageVersions.tokens });
  const write = source.tokens === undefined ? writeStore : writeInPlace;
  const { value } = await buildAddressedFolder({
    parent: options.folder,
    name: corpus.source,
    hash,
    open: openTokenStore,
    fill: (folder) => write(folder, hash, options),
  });
  return value;
}

/** The store in a folder, or undefined when it is absent or not complete. */
export function openTokenStore(folder: string): TokenStore | undefined {
  const mark = readJson<TokenStore>(join(folder, 'store.json'));
  if (mark === undefined || !existsSync(join(folder, 'tokens.parquet'))) return undefined;
  const tokens = statSync(join(folder, 'tokens.bin'), { throwIfNoEntry: false });
  const complete =
    mark.inPlace === undefined
      ? tokens?.size === mark.tokens * mark.tokenBytes
      : mark.inPlace.every(({ path }) => existsSync(path));
  return complete ? { ...mark, folder: resolve(folder) } : undefined;
}
