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

/**
 * Writes the order of the selected documents as `<source>-<hash>.bin` into `folder`, or finds it there.
 * @param store which tokens the documents lie in: its source and content hash
 * @param kept a byte a document: 1 when it is selected
 * @param key see `orderKey`
 */
export async function writeOrder(
  folder: string,
  store: { source: string; hash: string },
  documents: DocumentColumns,
  kept: Uint8Array,
  key: string,
): Promise<DocumentOrder> {
  const [order] = await writeOrders(folder, store, documents, [kept], key);
  return order!;
}

/**
 * The orders of many selections from one source with the same key: its documents are sorted once, and each selection
 * takes its own from them.
 * @returns one order a selection; equal selections have the same file
 */
export async function writeOrders(
  folder: string,
  store: { source: string; hash: string },
  documents: DocumentColumns,
  selections: readonly Uint8Array[],
  key: string,
): Promise<DocumentOrder[]> {
  const orders: DocumentOrder[] = [];
  let sorted: Uint32Array | undefined;
  for (const kept of selections) {
    const selection = createHash('sha256').update(kept).digest('hex');
    const hash = hashOf({ stage: stageVersions.plan, store: store.hash, selection, key });
    const path = join(folder, `${store.source}-${hash.slice(0, 12)}.bin`);
    const order: DocumentOrder = { path, hash, documents: kept.reduce((n, one) => n + one, 0) };
    orders.push(order);
    // A published file is whole, so its presence is enough.
    if (existsSync(path) && (await stat(path)).size === order.documents * orderRecordBytes) continue;

    // Callers that want the same order at the same time share one write.
    let writing = underWay.get(path);
    if (writing === undefined) {
      makeFolder(folder);
      sorted ??= sortedRows(documents, key);
      const rows = sorted.filter((row) => kept[row] === 1);
      writing = writeRows(path, rows, documents).finally(() => underWay.delete(path));
      underWay.set(path, writing);
    }
    await writing;
  }
  return orders;
}

const underWay = new Map<string, Promise<void>>();

/** Rows of all documents in the order of the key. */
function sortedRows(documents: DocumentColumns, key: string): Uint32Array {
  const rows = Uint32Array.from(documents.id, (_, row) => row);
  const keys = Float64Array.from(rows, (row) => documentHash(key, documents.id[row]!, documents.copy[row]!));
  return sortRows(rows, keys);
}

async function writeRows(path: string, rows: Uint32Array, documents: DocumentColumns): Promise<void> {
  await writeFileWith(path, async (file) => {
    for (let first = 0; first < rows.length; first += chunkDocuments) {
      const chunk = rows.subarray(first, first + chunkDocuments);
      const bytes = Buffer.alloc(chunk.length * orderRecordBytes);
      for (const [i, row] of chunk.entries()) {
        bytes.writeBigUInt64LE(BigInt(documents.offset[row]!), i * orderRecordBytes);
        bytes.writeBigUInt64LE(BigInt(documents.tokens[row]! + 1), i * orderRecordBytes + 8);
      }
      await file.writeFile(bytes);
    }
  });
}
