/**
 * The order in which the documents of a source are met: by hash of a key and the document, so that a dropped document
 * moves no other. Written once and shared by all runs with the same key.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { hashOf, makeFolder, stageVersions, writeFileWith } from '../store/index.js';
import { type DocumentColumns, documentHash, sortRows } from '../validation/index.js';

/** A file of two little-endian uint64 a document: index of its first token, tokens with its end-of-text token. */
export interface DocumentOrder {
  path: string;
  /** Of everything that decides the file's bytes. */
  hash: string;
  documents: number;
}

export const orderRecordBytes = 16;
/** Records written at once. */
const chunkDocuments = 65536;

/**
 * Key of the document order of a run. `paired`: a function of the seed, so that recipes that share documents meet
 * them in the same order; `independent`: of the recipe as well.
 */
export function orderKey(order: 'paired' | 'independent', seed: number, recipe: string): string {
  return order === 'paired' ? `assay order/${seed}` : `assay order/${seed}/${recipe}`;
}

/** Rows whose documents may be trained on. */
export function selectedRows(documents: DocumentColumns, excluded: ReadonlySet<string>): Uint32Array {
  const rows = new Uint32Array(documents.id.length);
  let n = 0;
  for (const [row, id] of documents.id.entries()) if (!excluded.has(id)) rows[n++] = row;
  return rows.subarray(0, n);
}

/** Tokens that the selected documents offer, an end-of-text token after each. */
export function availableTokens(documents: DocumentColumns, excluded: ReadonlySet<string>): number {
  let tokens = 0;
  for (const row of selectedRows(documents, excluded)) tokens += documents.tokens[row]! + 1;
  return tokens;
}

/**
 * Writes `<source>-<hash>.bin` into `folder`, or finds it there.
 * @param store which tokens the documents lie in: its source and content hash
 * @param excluded ids that are not trained on
 * @param key see `orderKey`
 */
export async function writeOrder(
  folder: string,
  store: { source: string; hash: string },
  documents: DocumentColumns,
  excluded: ReadonlySet<string>,
  key: string,
): Promise<DocumentOrder> {
  const rows = selectedRows(documents, excluded);
  const selection = createHash('sha256');
  for (const id of documents.id) if (excluded.has(id)) selection.update(id);
  const hash = hashOf({
    stage: stageVersions.plan,
    store: store.hash,
    excluded: selection.digest('hex'),
    key,
  });
  const path = join(folder, `${store.source}-${hash.slice(0, 12)}.bin`);
  const order: DocumentOrder = { path, hash, documents: rows.length };
  // A published file is whole, so its presence is enough.
  if (existsSync(path) && (await stat(path)).size === rows.length * orderRecordBytes) return order;

  // Callers that want the same order at the same time share one write.
  let writing = underWay.get(path);
  if (writing === undefined) {
    makeFolder(folder);
    writing = writeRows(path, rows, documents, key).finally(() => underWay.delete(path));
    underWay.set(path, writing);
  }
  await writing;
  return order;
}

const underWay = new Map<string, Promise<void>>();

async function writeRows(
  path: string,
  rows: Uint32Array,
  documents: DocumentColumns,
  key: string,
): Promise<void> {
  const keys = Float64Array.from(rows, (row) => documentHash(key, documents.id[row]!, documents.copy[row]!));
  const sorted = sortRows(rows, keys);
  await writeFileWith(path, async (file) => {
    for (let first = 0; first < sorted.length; first += chunkDocuments) {
      const chunk = sorted.subarray(first, first + chunkDocuments);
      const bytes = Buffer.alloc(chunk.length * orderRecordBytes);
      for (const [i, row] of chunk.entries()) {
        bytes.writeBigUInt64LE(BigInt(documents.offset[row]!), i * orderRecordBytes);
        bytes.writeBigUInt64LE(BigInt(documents.tokens[row]! + 1), i * orderRecordBytes + 8);
      }
      await file.writeFile(bytes);
    }
  });
}
