/** Small document tables for tests: real layout, made-up tokens. */
import { createHash } from 'node:crypto';
import type { DocumentTable } from '../../src/validation/index.js';

export const endOfText = 0;

export interface TestStore {
  table: DocumentTable;
  /** The content of `tokens.bin`. */
  tokens: number[];
  readTokens(offset: number, count: number): number[];
}

/** A store of documents given as names: a name decides id, length and tokens, so equal names are exact copies. */
export function storeOf(names: readonly string[], longest = 40): TestStore {
  const tokens: number[] = [];
  const copies = new Map<string, number>();
  const table = { id: [] as string[], copy: [] as number[], tokens: [] as number[], offset: [] as number[] };
  for (const name of names) {
    const digest = createHash('sha256').update(name).digest();
    // Long enough that different documents never have the same tokens.
    const length = 4 + (digest.readUInt16LE(20) % longest);
    table.id.push(digest.toString('hex').slice(0, 32));
    table.copy.push(copies.get(name) ?? 0);
    copies.set(name, (copies.get(name) ?? 0) + 1);
    table.offset.push(tokens.length);
    table.tokens.push(length);
    for (let i = 0; i < length; i++) tokens.push(1 + ((digest.readUInt32LE(4 * (i % 4)) + 7919 * i) % 60000));
    tokens.push(endOfText);
  }
  return { table, tokens, readTokens: (offset, count) => tokens.slice(offset, offset + count) };
}

export function names(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${i}`);
}
