/** A document's place in a random order: a function of a key and the document alone, so that others never move it. */
import { hash } from 'node:crypto';

/**
 * Uniform in [0, 1): the first 52 bits of the SHA-256 of `key/id/copy`.
 * @param key what the order is for, such as a seed; different keys give independent orders
 */
export function documentHash(key: string, id: string, copy = 0): number {
  return Number.parseInt(hash('sha256', `${key}/${id}/${copy}`).slice(0, 13), 16) / 2 ** 52;
}

/** `rows` sorted by their keys, ties by row number; `keys[i]` belongs to `rows[i]`. */
export function sortRows(rows: Uint32Array, keys: Float64Array): Uint32Array {
  const order = Uint32Array.from(rows, (_, i) => i);
  order.sort((a, b) => keys[a]! - keys[b]! || rows[a]! - rows[b]!);
  return order.map((i) => rows[i]!);
}
