/** The one pass over a source that fills a token store's files. */
import { join } from 'node:path';
import { readDocuments, sourceChanged } from '../corpus/index.js';
import type { CorpusStore, SourceSpec, TokenStore } from '../records.js';
import { hashFile, readColumns, writeJson } from '../store/index.js';
import { TokenTable } from './token-table.js';
import { TokenWriter } from './token-writer.js';
import type { Tokenizer } from './tokenizer.js';

export interface StoreProgress {
  source: string;
  documents: number;
  tokens: number;
}

interface StoreInput {
  corpus: CorpusStore;
  source: SourceSpec;
  tokenizer: Tokenizer;
  base?: string;
  onProgress?: (progress: StoreProgress) => void;
  signal?: AbortSignal;
}

/** Fills an empty folder; everything in it has reached the disk when this returns. */
export async function writeStore(folder: string, hash: string, input: StoreInput): Promise<void> {
  const { corpus, source, tokenizer } = input;
  const { source: name } = corpus;
  const tokenBytes = tokenizer.vocabularySize <= 65536 ? 2 : 4;
  const writer = await TokenWriter.create(join(folder, 'tokens.bin'), tokenBytes, tokenizer.endOfText);
  const table = new TokenTable(folder);
  const { id: ids } = await readColumns(join(corpus.folder, 'documents.parquet'), { texts: ['id'] });
  const report = () =>
    input.onProgress?.({ source: name, documents: table.documents, tokens: writer.tokens });

  let sha256: string;
  try {
    const { base, signal } = input;
    const options = { ...(base === undefined ? {} : { base }), ...(signal === undefined ? {} : { signal }) };
    // Rows that are no documents were counted when the corpus store was made.
    for await (const { id, origin, text } of readDocuments(name, source, () => {}, options)) {
      if (id !== ids[table.documents]) throw sourceChanged(name, ids.length, `another text at ${origin}`);
      const encoded = tokenizer.encode(text);
      const offset = writer.tokens;
      await writer.addDocument(encoded);
      if (await table.add(encoded.length, offset)) report();
    }
    if (table.documents !== ids.length) throw sourceChanged(name, ids.length, `${table.documents} documents`);
    report();
    sha256 = await writer.finish();
  } catch (error) {
    await writer.close();
    throw error;
  }
  await table.finish();

  const store: Omit<TokenStore, 'folder'> & { files: Record<string, string> } = {
    source: name,
    hash,
    tokenizerHash: tokenizer.hash,
    tokenBytes,
    documents: table.documents,
    tokens: writer.tokens,
    files: {
      'tokens.bin': sha256,
      'tokens.parquet': await hashFile(join(folder, 'tokens.parquet')),
    },
  };
  await writeJson(join(folder, 'store.json'), store);
}
