/** Random access to the tokens of a store. */
import { join } from 'node:path';
import type { TokenFile, TokenStore } from '../records.js';
import { TokenFiles } from './token-files.js';

/** The files that a store's offsets count through: its own, or those of a source used in place. */
export function tokenFilesOf(store: TokenStore): readonly (Omit<TokenFile, 'tokens'> & Partial<TokenFile>)[] {
  return store.inPlace ?? [{ path: join(store.folder, 'tokens.bin') }];
}

/**
 * Tokens `offset` … `offset + count − 1` of a store.
 *
 * @throws RangeError when the store does not hold them all; AssayError when its files have changed
 */
export function readTokens(store: TokenStore, offset: number, count: number): Uint32Array {
  const files = new TokenFiles(tokenFilesOf(store), store.tokenBytes);
  try {
    if (offset < 0 || count < 0 || offset + count > files.tokens) {
      throw new RangeError(`tokens ${offset}–${offset + count} of a store of ${files.tokens}`);
    }
    const ids = new Uint32Array(count);
    files.read(offset, ids);
    return ids;
  } finally {
    files.close();
  }
}
