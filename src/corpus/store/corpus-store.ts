/**
 * The corpus store: a source read once and measured once, for every tokenizer, recipe and study that uses it.
 *
 * `<folder>/<source>-<hash>/` holds `documents.parquet` (a row a document), `columns.parquet` (columns of the source's
 * own, if any), `malformed.jsonl`, one `<group>-<hash>.parquet` or `.bin` a signal group with rows in the same order,
 * and `source.json`, written last. A signal that is asked for later adds a file and rewrites nothing.
 */
import { existsSync, readFileSync } from 'node:fs';
import { open, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AssayError } from '../../errors.js';
import type { CorpusStore, FilteredRows, MalformedRow, SourceSpec } from '../../records.js';
import {
  buildAddressedFolder,
  ColumnWriter,
  hashOf,
  readColumns,
  readJson,
  removeAbandoned,
  stageVersions,
  writeJson,
} from '../../store/index.js';
import { copyCounter } from '../duplicates/index.js';
import { malformedKind, readDocuments, type TokenReader } from '../read/index.js';
import { documentSignals } from './document-signals.js';
import { GroupWriter } from './group-writer.js';
import { type GroupSpec, signalGroup } from './groups.js';
import { measureDocuments } from './measure-documents.js';
import type { MeasurePool } from './measure-pool.js';
import { UserColumnWriter } from './user-columns.js';

export interface CorpusStoreOptions {
  /** The source's name in the study. */
  name: string;
  source: SourceSpec;
  /** Folder of all stores. */
  folder: string;
  /** What `fingerprint` gave for the source's files. */
  fingerprint: string;
  /** Signals that the store must hold when this returns. */
  groups: GroupSpec[];
  pool: MeasurePool;
  /** For a source that holds tokens. */
  tokens?: TokenReader;
  /** Folder that document origins are relative to, normally the study's. */
  base?: string;
  /** Counts or throws; not called when the documents are there already. */
  onMalformed: (row: MalformedRow) => void;
  /** Called after each batch with what has been read so far. */
  onProgress?: (progress: { documents: number; bytes: number }) => void;
  /** Aborted: nothing is left behind, and the signal's reason is thrown. */
  signal?: AbortSignal;
}

/** Malformed rows written in full; all are counted. */
const malformedRowsKept = 10_000;

const documentColumns = [
  { name: 'id', type: 'VARCHAR' },
  { name: 'origin', type: 'VARCHAR' },
  ...documentSignals,
] as const;

/**
 * The store of a source with the signals that are asked for; what it lacks is measured in one pass over the text.
 *
 * @throws AssayError for a source without documents, one that changed since its documents were measured, whatever the
 *   readers throw, and a disk that refuses
 */
export async function buildCorpusStore(options: CorpusStoreOptions): Promise<CorpusStore> {
  const hash = hashOf({
    fingerprint: options.fingerprint,
    ...(options.source.tokens === undefined ? {} : { tokenizer: options.tokens?.hash }),
    source: options.name,
    stage: stageVersions.corpus,
  });
  const { value: store, built } = await buildAddressedFolder({
    parent: options.folder,
    name: options.name,
    hash,
    open: openCorpusStore,
    fill: (folder) => writeDocuments(folder, hash, options),
  });
  if (!built) await addSignals(store, options);
  return store;
}

/** The store in a folder, or undefined when it is absent or not complete. */
export function openCorpusStore(folder: string): CorpusStore | undefined {
  const mark = readJson<CorpusStore>(join(folder, 'source.json'));
  if (mark === undefined || !existsSync(join(folder, 'documents.parquet'))) return undefined;
  return { ...mark, folder: resolve(folder) };
}

/** Of a store that has some. */
export function firstMalformed(store: CorpusStore): MalformedRow {
  const [line] = readFileSync(join(store.folder, 'malformed.jsonl'), 'utf8').split('\n', 1);
  return JSON.parse(line!) as MalformedRow;
}

/** Reads a source for the first time: its documents, their lengths, and the signals, into an empty folder. */
async function writeDocuments(folder: string, hash: string, options: CorpusStoreOptions): Promise<void> {
  const table = new ColumnWriter(join(folder, 'documents.parquet'), documentColumns);
  const names = Object.keys(options.source.columns ?? {});
  const columns = names.length > 0 ? new UserColumnWriter(join(folder, 'columns.parquet'), names) : undefined;
  const signals = options.groups.map((spec) => new GroupWriter(folder, signalGroup(spec)));
  const dropped = new DroppedRows(options.onMalformed);
  const copyOf = copyCounter();
  let bytes = 0;
  await measureDocuments(
    read(options, dropped.malformed, dropped.filtered),
    options.groups,
    options.pool,
    async (heads, { lengths, groups }) => {
      const copies = Float64Array.from(heads, ({ id }) => copyOf(id));
      const texts = [heads.map(({ id }) => id), heads.map(({ origin }) => origin)];
      await table.add([...texts, copies, ...lengths]);
      await columns?.add(heads);
      for (const [g, writer] of signals.entries()) await writer.add(groups[g]!);
      bytes += lengths[0]!.reduce((sum, length) => sum + length, 0);
      options.onProgress?.({ documents: table.rows, bytes });
    },
  );
  if (table.rows === 0) throw noDocuments(options.name, dropped);
  await table.finish();
  await columns?.finish();
  for (const writer of signals) await writer.finish();
  await writeSynced(
    join(folder, 'malformed.jsonl'),
    dropped.kept.map((row) => `${JSON.stringify(row)}\n`).join(''),
  );
  const store: Omit<CorpusStore, 'folder'> = {
    source: options.name,
    hash,
    documents: table.rows,
    bytes,
    columns: columns?.types ?? [],
    malformed: dropped.count,
    malformedReasons: dropped.reasons,
    filtered: dropped.filteredReasons,
  };
  await writeJson(join(folder, 'source.json'), store);
}

/** Measures the signals that a store lacks, in one pass that must meet the documents that it holds. */
async function addSignals(store: CorpusStore, options: CorpusStoreOptions): Promise<void> {
  const lacking = options.groups.filter((spec) => !GroupWriter.exists(store.folder, signalGroup(spec)));
  if (lacking.length === 0) return;
  removeAbandoned(store.folder);
  const { id } = await readColumns(join(store.folder, 'documents.parquet'), { texts: ['id'] });
  const writers = lacking.map((spec) => new GroupWriter(store.folder, signalGroup(spec)));
  let row = 0;
  let bytes = 0;
  const changed = (got: string) => sourceChanged(options.name, id.length, got);
  try {
    const documents = read(
      options,
      () => {},
      () => {},
    );
    await measureDocuments(documents, lacking, options.pool, async (heads, { lengths, groups }) => {
      for (const head of heads) if (head.id !== id[row++]) throw changed(`another text at ${head.origin}`);
      for (const [g, writer] of writers.entries()) await writer.add(groups[g]!);
      bytes += lengths[0]!.reduce((sum, length) => sum + length, 0);
      options.onProgress?.({ documents: row, bytes });
    });
    if (row !== id.length) throw changed(`${row.toLocaleString('en')} documents`);
    for (const writer of writers) await writer.finish();
  } catch (error) {
    for (const writer of writers) await writer.abandon();
    throw error;
  }
}

/** A second pass met other documents than the first. */
export function sourceChanged(source: string, documents: number, got: string): AssayError {
  return new AssayError(`source "${source}"`, 'its files changed while they were in use', {
    expected: `the ${documents.toLocaleString('en')} documents that were measured before`,
    got,
    fix: 'Run the same command again.',
  });
}

function read(
  { name, source, tokens, base, signal }: CorpusStoreOptions,
  onMalformed: (row: MalformedRow) => void,
  onFiltered: (rows: FilteredRows) => void,
) {
  return readDocuments(name, source, onMalformed, {
    onFiltered,
    ...(tokens === undefined ? {} : { tokens }),
    ...(base === undefined ? {} : { base }),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Rows that are no documents, counted by reason. */
class DroppedRows {
  readonly kept: MalformedRow[] = [];
  readonly reasons: Record<string, number> = {};
  readonly filteredReasons: Record<string, number> = {};

  constructor(private readonly tell: (row: MalformedRow) => void) {}

  get count(): number {
    return Object.values(this.reasons).reduce((sum, count) => sum + count, 0);
  }

  readonly malformed = (row: MalformedRow): void => {
    const kind = malformedKind(row);
    this.reasons[kind] = (this.reasons[kind] ?? 0) + 1;
    if (this.kept.length < malformedRowsKept) this.kept.push(row);
    this.tell(row);
  };

  readonly filtered = ({ value, rows }: FilteredRows): void => {
    const reason = `where is ${value}`;
    this.filteredReasons[reason] = (this.filteredReasons[reason] ?? 0) + rows;
  };
}

function noDocuments(name: string, { kept: [first], filteredReasons }: DroppedRows): AssayError {
  const filtered = Object.values(filteredReasons).reduce((sum, count) => sum + count, 0);
  const got = first
    ? `malformed rows only, the first ${first.origin}: ${first.reason}`
    : filtered > 0
      ? `${filtered.toLocaleString('en')} rows that \`where\` leaves out`
      : 'files without rows';
  return new AssayError(`source "${name}"`, 'no documents', {
    expected: 'at least one text',
    got,
    fix: 'Check the path, and the field that holds the text (`text: …`).',
  });
}

async function writeSynced(path: string, text: string): Promise<void> {
  await writeFile(path, text);
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
