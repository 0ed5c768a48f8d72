/** The one pass over a source of tokens: where its documents lie in its own files, which are not copied. */
import { join } from 'node:path';
import { sourceChanged } from '../corpus/index.js';
import type { CorpusStore, SourceSpec, TokenStore } from '../records.js';
import { hashFile, readColumns, writeJson } from '../store/index.js';
import { pretokenizedDocuments } from './pretokenized/documents.js';
import { TokenTable } from './token-table.js';
import type { Tokenizer } from './tokenizer.js';

interface InPlaceInput {
  corpus: CorpusStore;
  source: SourceSpec;
  tokenizer: Tokenizer;
  base?: string;
  signal?: AbortSignal;
}

/** Fills an empty folder as `writeStore` does, without `tokens.bin`. */
export async function writeInPlace(folder: string, hash: string, input: InPlaceInput): Promise<void> {
  const { corpus, source, tokenizer, base, signal } = input;
  const { source: name } = corpus;
  const opened = await pretokenizedDocuments(name, source, tokenizer, () => {}, {
    ...(base === undefined ? {} : { base }),
    ...(signal === undefined ? {} : { signal }),
  });
  const table = new TokenTable(folder);
  const { id: ids } = await readColumns(join(corpus.folder, 'documents.parquet'), { texts: ['id'] });
  let held = 0;
  for await (const { id, origin, tokens: count, offset } of opened.documents()) {
    if (id !== ids[table.documents]) throw sourceChanged(name, ids.length, `another text at ${origin}`);
    held += count + 1;
    await table.add(count, offset);
  }
  if (table.documents !== ids.length) throw sourceChanged(name, ids.length, `${table.documents} documents`);
  await table.finish();

  const store: Omit<TokenStore, 'folder'> & { files: Record<string, string> } = {
    source: name,
    hash,
    tokenizerHash: tokenizer.hash,
    tokenBytes: opened.tokenBytes,
    documents: table.documents,
    tokens: held,
    inPlace: opened.files,
    files: { 'tokens.parquet': await hashFile(join(folder, 'tokens.parquet')) },
  };
  await writeJson(join(folder, 'store.json'), store);
}
