/** The one pass over a source of tokens: where its documents lie in its own files, which are not copied. */
import { join } from 'node:path';
import { sourceChanged } from '../corpus/index.js';
import type { CorpusStore, SourceSpec, TokenStore } from '../records.js';
import { ColumnWriter, hashFile, readColumns, writeJson } from '../store/index.js';
import { pretokenizedDocuments } from './pretokenized/documents.js';
import type { Tokenizer } from './tokenizer.js';

interface InPlaceInput {
  corpus: CorpusStore;
  source: SourceSpec;
  tokenizer: Tokenizer;
  base?: string;
  signal?: AbortSignal;
}

const documentsPerBatch = 1000;

/** Fills an empty folder as `writeStore` does, without `tokens.bin`. */
export async function writeInPlace(folder: string, hash: string, input: InPlaceInput): Promise<void> {
  const { corpus, source, tokenizer, base, signal } = input;
  const { source: name } = corpus;
  const opened = await pretokenizedDocuments(name, source, tokenizer, () => {}, {
    ...(base === undefined ? {} : { base }),
    ...(signal === undefined ? {} : { signal }),
  });
  const table = new ColumnWriter(join(folder, 'tokens.parquet'), [
    { name: 'tokens', type: 'BIGINT' },
    { name: 'offset', type: 'BIGINT' },
  ]);
  const { id: ids } = await readColumns(join(corpus.folder, 'documents.parquet'), { texts: ['id'] });
  let tokens: number[] = [];
  let offsets: number[] = [];
  let documents = 0;
  let held = 0;
  const flush = async () => {
    if (tokens.length > 0) await table.add([Float64Array.from(tokens), Float64Array.from(offsets)]);
    tokens = [];
    offsets = [];
  };
  for await (const { id, origin, tokens: count, offset } of opened.documents()) {
    if (id !== ids[documents]) throw sourceChanged(name, ids.length, `another text at ${origin}`);
    tokens.push(count);
    offsets.push(offset);
    held += count + 1;
    if (++documents % documentsPerBatch === 0) await flush();
  }
  if (documents !== ids.length) throw sourceChanged(name, ids.length, `${documents} documents`);
  await flush();
  await table.finish();

  const store: Omit<TokenStore, 'folder'> & { files: Record<string, string> } = {
    source: name,
    hash,
    tokenizerHash: tokenizer.hash,
    tokenBytes: opened.tokenBytes,
    documents,
    tokens: held,
    inPlace: opened.files,
    files: { 'tokens.parquet': await hashFile(join(folder, 'tokens.parquet')) },
  };
  await writeJson(join(folder, 'store.json'), store);
}
