/** The one pass over a source that fills a store's files. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { malformedKind, measure, readDocuments } from '../corpus/index.js';
import { AssayError } from '../errors.js';
import type { MalformedRow, SourceSpec, TokenStore } from '../records.js';
import { hashFile, writeJson } from '../store/index.js';
import { DocumentTableWriter } from './document-table.js';
import { TokenWriter } from './token-writer.js';
import type { Tokenizer } from './tokenizer.js';

export interface StoreProgress {
  source: string;
  documents: number;
  tokens: number;
  bytes: number;
}

interface StoreInput {
  name: string;
  source: SourceSpec;
  tokenizer: Tokenizer;
  base?: string;
  onMalformed: (row: MalformedRow) => void;
  onProgress?: (progress: StoreProgress) => void;
  signal?: AbortSignal;
}

/** Malformed rows written in full; all are counted. */
const malformedRowsKept = 10_000;
const documentsPerProgress = 1000;

/** Fills an empty folder; everything in it has reached the disk when this returns. */
export async function writeStore(folder: string, hash: string, input: StoreInput): Promise<void> {
  const { name, source, tokenizer } = input;
  const tokenBytes = tokenizer.vocabularySize <= 65536 ? 2 : 4;
  const writer = await TokenWriter.create(join(folder, 'tokens.bin'), tokenBytes, tokenizer.endOfText);
  const table = new DocumentTableWriter(join(folder, 'documents.parquet'));
  const malformed: MalformedRow[] = [];
  const malformedReasons: Record<string, number> = {};
  const onMalformed = (row: MalformedRow) => {
    const kind = malformedKind(row);
    malformedReasons[kind] = (malformedReasons[kind] ?? 0) + 1;
    if (malformed.length < malformedRowsKept) malformed.push(row);
    input.onMalformed(row);
  };
  const copies = new Map<string, number>();
  let documents = 0;
  let bytes = 0;
  const report = () => input.onProgress?.({ source: name, documents, tokens: writer.tokens, bytes });

  let sha256: string;
  try {
    const { base, signal } = input;
    const options = { ...(base === undefined ? {} : { base }), ...(signal === undefined ? {} : { signal }) };
    for await (const { id, origin, text } of readDocuments(name, source, onMalformed, options)) {
      const ids = tokenizer.encode(text);
      const copy = copies.get(id) ?? 0;
      copies.set(id, copy + 1);
      const signals = measure(text);
      await table.add({ id, origin, copy, ...signals, tokens: ids.length, offset: writer.tokens });
      await writer.addDocument(ids);
      bytes += signals.bytes;
      if (++documents % documentsPerProgress === 0) report();
    }
    if (documents === 0) throw noDocuments(name, malformed);
    sha256 = await writer.finish();
  } catch (error) {
    await writer.close();
    throw error;
  }
  report();
  await table.finish();
  const rows = malformed.map((row) => `${JSON.stringify(row)}\n`).join('');
  await writeSynced(join(folder, 'malformed.jsonl'), rows);
  await sync(join(folder, 'documents.parquet'));

  const store: Omit<TokenStore, 'folder'> & { files: Record<string, string> } = {
    source: name,
    hash,
    tokenizerHash: tokenizer.hash,
    tokenBytes,
    documents,
    tokens: writer.tokens,
    bytes,
    malformed: Object.values(malformedReasons).reduce((sum, count) => sum + count, 0),
    malformedReasons,
    files: {
      'tokens.bin': sha256,
      'documents.parquet': await hashFile(join(folder, 'documents.parquet')),
    },
  };
  await writeJson(join(folder, 'store.json'), store);
}

function noDocuments(name: string, malformed: MalformedRow[]): AssayError {
  const first = malformed[0];
  return new AssayError(`source "${name}"`, 'no documents', {
    expected: 'at least one text',
    got: first ? `malformed rows only, the first ${first.origin}: ${first.reason}` : 'files without rows',
    fix: 'Check the path, and the field that holds the text (`text: …`).',
  });
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
