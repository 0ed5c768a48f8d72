/** A source through the real stages up to its stores, for tests that start where tokens lie on disk. */
import { join } from 'node:path';
import { buildCorpusStore, fingerprint, listFiles, MeasurePool } from '../../src/corpus/index.js';
import type { MalformedRow, SourceSpec } from '../../src/records.js';
import { buildTokenStore, readDocumentTable, type Tokenizer } from '../../src/tokens/index.js';

export interface StoreInput {
  name: string;
  source: SourceSpec;
  tokenizer: Tokenizer;
  /** Holds `corpus` and `tokens`. */
  folder: string;
  base?: string;
  /** Default: throws. */
  onMalformed?: (row: MalformedRow) => void;
}

/** No signals but the lengths. */
export async function buildCorpus({
  name,
  source,
  folder,
  base,
  onMalformed,
}: Omit<StoreInput, 'tokenizer'>) {
  const reading = base === undefined ? {} : { base };
  return buildCorpusStore({
    name,
    source,
    folder: join(folder, 'corpus'),
    fingerprint: await fingerprint(source, await listFiles(source, `source "${name}"`), reading),
    groups: [],
    pool: new MeasurePool(0),
    ...reading,
    onMalformed:
      onMalformed ??
      (({ origin, reason }) => {
        throw new Error(`${origin}: ${reason}`);
      }),
  });
}

export async function buildStores(input: StoreInput) {
  const { source, tokenizer, folder, base } = input;
  const corpus = await buildCorpus(input);
  const store = await buildTokenStore({
    corpus,
    source,
    tokenizer,
    folder: join(folder, 'tokens'),
    ...(base === undefined ? {} : { base }),
  });
  return { corpus, store, documents: await readDocumentTable(corpus, store) };
}
