/**
 * Duplicates over a whole study: exact copies, and clusters of near duplicates by MinHash-LSH.
 *
 * Memory: some 60 bytes a distinct document, 100 MB of keys, and what the caller holds (its ids, the columns returned).
 * The signatures stay on disk: they are read once or a few times in order, and again for the candidates compared.
 */
import { AssayError } from '../../errors.js';
import { IdTable } from './id-table.js';
import { type JoinOptions, joinNearDuplicates } from './join-near.js';
import { SignatureFile } from './signature-file.js';
import { StudySignatures } from './study-signatures.js';
import { UnionFind } from './union-find.js';

export interface DuplicateSource {
  name: string;
  documents: number;
  /** 32 hex digits a document, in its order. */
  ids: Iterable<string> | AsyncIterable<string>;
  /** Path of `minhash.bin`. */
  signatures: string;
}

/** The columns of `duplicateColumns`, a value a document. */
export interface Duplicates {
  near_cluster: string[];
  near_size: Float64Array;
  near_rank: Float64Array;
  copies: Float64Array;
}

/** The columns of some consecutive documents of a source. */
export interface DuplicateBatch extends Duplicates {
  source: string;
  /** The batch's first document, counted from 0 in its source. */
  first: number;
}

const batchDocuments = 1 << 16;

/**
 * By source, all columns at once; `duplicateBatches` is for sources whose columns are too large for memory.
 * @throws AssayError as `duplicateBatches`
 */
export async function clusterDuplicates(
  sources: readonly DuplicateSource[],
  options: JoinOptions = {},
): Promise<Record<string, Duplicates>> {
  const whole = new Map(sources.map(({ name, documents }) => [name, emptyColumns(documents)]));
  for await (const batch of duplicateBatches(sources, options)) {
    const columns = whole.get(batch.source)!;
    for (const [i, label] of batch.near_cluster.entries()) columns.near_cluster[batch.first + i] = label;
    columns.near_size.set(batch.near_size, batch.first);
    columns.near_rank.set(batch.near_rank, batch.first);
    columns.copies.set(batch.copies, batch.first);
  }
  return Object.fromEntries(whole);
}

/**
 * The columns of every source in its order of documents, sources in the order given. Clusters and labels do not depend
 * on the order of the sources.
 * @throws AssayError for signatures that cannot be read or do not fit their documents
 */
export async function* duplicateBatches(
  sources: readonly DuplicateSource[],
  options: JoinOptions = {},
): AsyncIterable<DuplicateBatch> {
  const { ids, numberOf, firstOf } = await numberDocuments(sources);
  const sets = new UnionFind(ids.size);
  const files: SignatureFile[] = [];
  try {
    for (const { signatures, documents } of sources) files.push(SignatureFile.open(signatures, documents));
    await joinNearDuplicates(ids, new StudySignatures(files, numberOf, firstOf), sets, options);
  } finally {
    for (const file of files) file.close();
  }
  yield* describe(sources, ids, numberOf, sets);
}

/** Exact copies get the same number. Documents are counted over all sources. */
async function numberDocuments(sources: readonly DuplicateSource[]) {
  const documents = sources.reduce((sum, source) => sum + source.documents, 0);
  const ids = new IdTable();
  const numberOf = new Uint32Array(documents);
  const firstOf = new Uint32Array(documents);
  let start = 0;
  for (const source of sources) {
    let count = 0;
    for await (const id of source.ids) {
      const place = start + count++;
      const known = ids.size;
      const number = ids.add(id);
      numberOf[place] = number;
      if (number === known) firstOf[number] = place;
    }
    if (count !== source.documents) {
      throw new AssayError(`source "${source.name}"`, 'wrong number of document ids', {
        expected: String(source.documents),
        got: String(count),
      });
    }
    start += count;
  }
  return { ids, numberOf, firstOf: firstOf.subarray(0, ids.size) };
}

function* describe(
  sources: readonly DuplicateSource[],
  ids: IdTable,
  numberOf: Uint32Array,
  sets: UnionFind,
): Iterable<DuplicateBatch> {
  // By the number that stands for a cluster: its least id, and its documents.
  const leastOf = Uint32Array.from({ length: ids.size }, (_, number) => number);
  const sizeOf = new Uint32Array(ids.size);
  for (let number = 0; number < ids.size; number++) {
    const root = sets.root(number);
    if (ids.compare(number, leastOf[root]!) < 0) leastOf[root] = number;
  }
  for (const number of numberOf) sizeOf[sets.root(number)]!++;

  const copiesOf = new Uint32Array(ids.size);
  const seenOf = new Uint32Array(ids.size);
  let start = 0;
  for (const { name, documents } of sources) {
    const numbers = numberOf.subarray(start, start + documents);
    start += documents;
    copiesOf.fill(0);
    seenOf.fill(0);
    for (const number of numbers) copiesOf[number]!++;
    for (let first = 0; first < documents; first += batchDocuments) {
      const batch = numbers.subarray(first, first + batchDocuments);
      const columns = emptyColumns(batch.length);
      for (const [i, number] of batch.entries()) {
        const root = sets.root(number);
        columns.near_cluster[i] = ids.hex(leastOf[root]!);
        columns.near_size[i] = sizeOf[root]!;
        columns.near_rank[i] = seenOf[root]!++;
        columns.copies[i] = copiesOf[number]!;
      }
      yield { source: name, first, ...columns };
    }
  }
}

function emptyColumns(documents: number): Duplicates {
  return {
    near_cluster: new Array(documents),
    near_size: new Float64Array(documents),
    near_rank: new Float64Array(documents),
    copies: new Float64Array(documents),
  };
}
