/** Small stores for tests: real layout, made-up tokens. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TokenStore } from '../../src/records.js';
import type { DocumentColumns } from '../../src/validation/index.js';

export const endOfText = 0;

export interface TestDocuments {
  table: DocumentColumns;
  /** The content of `tokens.bin`. */
  tokens: number[];
}

/** Documents given as names: a name decides id, length and tokens, so equal names are exact copies. */
export function documentsOf(names: readonly string[], longest = 40): TestDocuments {
  const tokens: number[] = [];
  const copies = new Map<string, number>();
  const columns = {
    id: [] as string[],
    copy: [] as number[],
    tokens: [] as number[],
    offset: [] as number[],
  };
  for (const name of names) {
    const digest = createHash('sha256').update(name).digest();
    // Long enough that different documents never have the same tokens.
    const length = 4 + (digest.readUInt16LE(20) % longest);
    columns.id.push(digest.toString('hex').slice(0, 32));
    columns.copy.push(copies.get(name) ?? 0);
    copies.set(name, (copies.get(name) ?? 0) + 1);
    columns.offset.push(tokens.length);
    columns.tokens.push(length);
    for (let i = 0; i < length; i++) tokens.push(1 + ((digest.readUInt32LE(4 * (i % 4)) + 7919 * i) % 60000));
    tokens.push(endOfText);
  }
  const table = {
    id: columns.id,
    copy: Float64Array.from(columns.copy),
    tokens: Float64Array.from(columns.tokens),
    offset: Float64Array.from(columns.offset),
  };
  return { table, tokens };
}

/** Writes `tokens.bin` into a folder of its own inside `parent`. */
export function storeOnDisk(
  parent: string,
  source: string,
  documents: TestDocuments,
  tokenBytes: 2 | 4 = 2,
): TokenStore {
  const hash = createHash('sha256').update(source).update(documents.table.id.join()).digest('hex');
  const folder = join(parent, `${source}-${hash.slice(0, 12)}`);
  mkdirSync(folder, { recursive: true });
  const { tokens } = documents;
  writeFileSync(
    join(folder, 'tokens.bin'),
    tokenBytes === 2 ? Uint16Array.from(tokens) : Uint32Array.from(tokens),
  );
  return {
    folder,
    source,
    hash,
    tokenizerHash: 'none',
    tokenBytes,
    documents: documents.table.id.length,
    tokens: tokens.length,
  };
}

export function names(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${i}`);
}
