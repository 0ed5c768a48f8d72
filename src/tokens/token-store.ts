/**
 * The token store: a source read and tokenized once, for all studies that use both.
 *
 * `<folder>/<source>-<hash>/` holds `tokens.bin`, `documents.parquet`, `malformed.jsonl` and, written last,
 * `store.json` with their SHA-256. It is built beside its final place and renamed, so a store is whole or absent.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AssayError, ExitCode } from '../errors.js';
import type { MalformedRow, SourceSpec, TokenStore } from '../records.js';
import { hashOf, makeFolder, publish, readJson, stageVersions } from '../store/index.js';
import type { Tokenizer } from './tokenizer.js';
import { type StoreProgress, writeStore } from './write-store.js';

export interface TokenStoreOptions {
  /** The source's name in the study. */
  name: string;
  source: SourceSpec;
  tokenizer: Tokenizer;
  /** Folder of all stores. */
  folder: string;
  /** What `fingerprint` gave for the source's files. */
  fingerprint: string;
  /** Folder that document origins are relative to, normally the study's. */
  base?: string;
  /** Counts or throws; not called when the store exists already. */
  onMalformed: (row: MalformedRow) => void;
  /** Called after about every 1,000 documents. */
  onProgress?: (progress: StoreProgress) => void;
}

/**
 * The store of a source, built unless it exists.
 *
 * @throws AssayError for a source without documents, whatever the readers throw, and a disk that refuses
 */
export async function buildTokenStore(options: TokenStoreOptions): Promise<TokenStore> {
  const hash = hashOf({
    fingerprint: options.fingerprint,
    source: options.name,
    tokenizer: options.tokenizer.hash,
    corpus: stageVersions.corpus,
    tokens: stageVersions.tokens,
  });
  const safeName = options.name.replace(/[^\w.-]/g, '_');
  const final = resolve(options.folder, `${safeName}-${hash.slice(0, 12)}`);
  const existing = openTokenStore(final);
  if (existing?.hash === hash) return existing;

  makeFolder(options.folder);
  const temporary = `${final}.${process.pid}.tmp`;
  await removeAbandoned(options.folder, `${safeName}-${hash.slice(0, 12)}.`);
  makeFolder(temporary);
  try {
    await writeStore(temporary, hash, options);
    await moveIntoPlace(temporary, final);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw readableError(error, final);
  }
  const store = openTokenStore(final);
  if (store === undefined) throw new Error(`${final}: the store just written cannot be opened`);
  return store;
}

/** The store in a folder, or undefined when it is absent or not complete. */
export function openTokenStore(folder: string): TokenStore | undefined {
  const mark = readJson<TokenStore>(join(folder, 'store.json'));
  if (mark === undefined) return undefined;
  const tokens = statSync(join(folder, 'tokens.bin'), { throwIfNoEntry: false });
  const complete =
    tokens?.size === mark.tokens * mark.tokenBytes && existsSync(join(folder, 'documents.parquet'));
  return complete ? { ...mark, folder: resolve(folder) } : undefined;
}

async function moveIntoPlace(temporary: string, final: string): Promise<void> {
  // What stands there is not complete, or another process has just finished the same store: the contents are equal.
  const old = `${temporary}.old`;
  if (existsSync(final)) await rename(final, old);
  await publish(temporary, final);
  await rm(old, { recursive: true, force: true });
}

/** Removes temporary folders of processes that are gone. */
async function removeAbandoned(folder: string, prefix: string): Promise<void> {
  for (const name of readdirSync(folder)) {
    const pid = name.startsWith(prefix) && /^(\d+)\.tmp(\.old)?$/.exec(name.slice(prefix.length))?.[1];
    if (pid && (Number(pid) === process.pid || !isAlive(Number(pid)))) {
      await rm(join(folder, name), { recursive: true, force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const systemCodes = ['ENOSPC', 'EDQUOT', 'EACCES', 'EPERM', 'EROFS', 'EIO', 'EMFILE'];

function readableError(error: unknown, folder: string): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (error instanceof AssayError || !systemCodes.includes(code)) return error;
  return new AssayError(folder, 'cannot write the token store', {
    got: code,
    fix: 'Free some space or choose another folder with `run: { output: … }`.',
    exitCode: ExitCode.system,
    cause: error,
  });
}
