/** Random access to `tokens.bin`. */
import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { TokenStore } from '../records.js';

/**
 * Tokens `offset` … `offset + count − 1` of a store.
 *
 * @throws RangeError when the store does not hold them all
 */
export function readTokens(store: TokenStore, offset: number, count: number): Uint32Array {
  if (offset < 0 || count < 0 || offset + count > store.tokens) {
    throw new RangeError(`tokens ${offset}–${offset + count} of a store of ${store.tokens}`);
  }
  const bytes = new Uint8Array(count * store.tokenBytes);
  const file = openSync(join(store.folder, 'tokens.bin'), 'r');
  try {
    for (let at = 0; at < bytes.length; ) {
      const read = readSync(file, bytes, at, bytes.length - at, offset * store.tokenBytes + at);
      if (read === 0) throw new RangeError(`${store.folder}/tokens.bin ends before token ${offset + count}`);
      at += read;
    }
  } finally {
    closeSync(file);
  }
  const view = new DataView(bytes.buffer);
  return store.tokenBytes === 2
    ? Uint32Array.from({ length: count }, (_, i) => view.getUint16(2 * i, true))
    : Uint32Array.from({ length: count }, (_, i) => view.getUint32(4 * i, true));
}
