/** All sources of a study, tokenized once: its tokenizer, and a store for each source. */
import { dirname, join } from 'node:path';
import { type MeasuredSource, type MeasuredStudy, type SignalTable, tokenSignal } from '../corpus/index.js';
import type { SourceSpec, Study, TokenStore } from '../records.js';
import { hashOf, readColumns, stageVersions } from '../store/index.js';
import { type DocumentTable, readDocumentTable } from './document-table.js';
import { loadTokenizer } from './load-tokenizer.js';
import { readTokens } from './read-tokens.js';
import { sampleTexts } from './sample.js';
import { buildTokenStore } from './token-store.js';
import type { Tokenizer } from './tokenizer.js';
import { tokenizerFolderName } from './tokenizer-facts.js';

export interface TokenizedSource extends MeasuredSource {
  store: TokenStore;
  documents: DocumentTable & { cluster: string[] };
  /** `tokens` ids of the store from index `offset`. */
  readTokens(offset: number, tokens: number): Uint32Array;
}

export interface TokenizedStudy {
  tokenizer: Tokenizer;
  /** Training sources, by name. */
  sources: Record<string, TokenizedSource>;
  /** Sources of validation domains that have their own, by domain. */
  validationSources: Record<string, TokenizedSource>;
}

export interface TokenizeListener {
  stage(message: string): void;
}

/**
 * @param signal aborted: reading stops at the next document, and the signal's reason is thrown
 * @throws AssayError for sources that changed since they were measured
 */
export async function tokenizeStudy(
  study: Study,
  measured: MeasuredStudy,
  listener: TokenizeListener,
  signal?: AbortSignal,
): Promise<TokenizedStudy> {
  const reading = { base: dirname(study.file), ...(signal === undefined ? {} : { signal }) };
  const { output } = study.run;
  const spec = study.tokenizer;
  const corpora = Object.fromEntries(
    Object.entries(measured.sources).map(([name, { corpus }]) => [name, corpus.hash]),
  );
  const tokenizerName = tokenizerFolderName(spec, hashOf({ corpora, stage: stageVersions.tokens }));
  if (typeof spec === 'object' && 'bpe' in spec)
    listener.stage(`tokenizer: byte-level BPE, ${spec.bpe} tokens`);
  const tokenizer = await loadTokenizer(spec, join(output, 'tokenizers', tokenizerName), () =>
    sampleTexts(study.sources, reading),
  );

  const tokenize = async (
    sources: Record<string, MeasuredSource>,
    specOf: (name: string) => SourceSpec,
  ): Promise<Record<string, TokenizedSource>> => {
    const tokenized: Record<string, TokenizedSource> = {};
    for (const [name, source] of Object.entries(sources)) {
      const { corpus } = source;
      const store = await buildTokenStore({
        corpus,
        source: specOf(name),
        tokenizer,
        folder: join(output, 'tokens'),
        ...reading,
      });
      listener.stage(`tokens: ${name}, ${store.tokens.toLocaleString('en')} tokens`);
      const { near_cluster: cluster } = await readColumns(source.duplicates, { texts: ['near_cluster'] });
      tokenized[name] = {
        ...source,
        signals: [...source.signals, tokenSignals(store)],
        store,
        documents: { ...(await readDocumentTable(corpus, store)), cluster },
        readTokens: (offset, tokens) => readTokens(store, offset, tokens),
      };
    }
    return tokenized;
  };
  return {
    tokenizer,
    sources: await tokenize(measured.sources, (name) => study.sources[name]!),
    validationSources: await tokenize(measured.validationSources, (domain) => {
      const spec = study.validate[domain]!;
      if (spec.kind === 'holdout') throw new Error(`domain "${domain}" has no source of its own`);
      return spec.source;
    }),
  };
}

/** The one signal that a tokenizer decides. */
function tokenSignals({ folder }: TokenStore): SignalTable {
  return { path: join(folder, 'tokens.parquet'), columns: [tokenSignal] };
}
