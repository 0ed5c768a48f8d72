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
  let sorted: SortedDocuments | undefined;
  for (const kept of selections) {
    const selection = createHash('sha256').update(kept).digest('hex');
    const hash = hashOf({ stage: stageVersions.plan, store: store.hash, selection, key });
    const path = join(folder, `${store.source}-${hash.slice(0, 12)}.bin`);
    const order: DocumentOrder = { path, hash, documents: countKept(kept) };
    orders.push(order);
    // A published file is whole, so its presence is enough.
    if (existsSync(path) && (await stat(path)).size === order.documents * orderRecordBytes) continue;

    // Callers that want the same order at the same time share one write.
    let writing = underWay.get(path);
    if (writing === undefined) {
      makeFolder(folder);
      sorted ??= sortDocuments(documents, key);
      writing = writeSelected(path, sorted, kept).finally(() => underWay.delete(path));
      underWay.set(path, writing);
    }
    await writing;
  }
  return orders;
}

const underWay = new Map<string, Promise<void>>();

/** The documents of a source in the order of a key, as the file has them. */
interface SortedDocuments {
  rows: Uint32Array;
  /** Four a document: offset and tokens as little-endian uint64, in two halves each. */
  records: Uint32Array;
}

function sortDocuments(documents: DocumentColumns, key: string): SortedDocuments {
  const unsorted = Uint32Array.from(documents.id, (_, row) => row);
  const keys = Float64Array.from(unsorted, (row) =>
    documentHash(key, documents.id[row]!, documents.copy[row]!),
  );
  const rows = sortRows(unsorted, keys);
  const records = new Uint32Array(4 * rows.length);
  for (const [i, row] of rows.entries()) {
    const offset = documents.offset[row]!;
    const tokens = documents.tokens[row]! + 1;
    records[4 * i] = offset % 2 ** 32;
    records[4 * i + 1] = offset / 2 ** 32;
    records[4 * i + 2] = tokens % 2 ** 32;
    records[4 * i + 3] = tokens / 2 ** 32;
  }
  return { rows, records };
}

async function writeSelected(
  path: string,
  { rows, records }: SortedDocuments,
  kept: Uint8Array,
): Promise<void> {
  const chunk = new Uint32Array(4 * chunkDocuments);
  await writeFileWith(path, async (file) => {
    let filled = 0;
    const flush = async () => {
      await file.writeFile(new Uint8Array(chunk.buffer, 0, 4 * filled));
      filled = 0;
    };
    for (let i = 0; i < rows.length; i++) {
      if (kept[rows[i]!] === 0) continue;
      for (let half = 0; half < 4; half++) chunk[filled++] = records[4 * i + half]!;
      if (filled === chunk.length) await flush();
    }
    if (filled > 0) await flush();
  });
}

function countKept(kept: Uint8Array): number {
  let count = 0;
  for (let row = 0; row < kept.length; row++) count += kept[row]!;
  return count;
}
