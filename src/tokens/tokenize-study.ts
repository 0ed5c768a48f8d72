/** All sources of a study, read and tokenized once: its tokenizer, and a store for each source. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { failOnMalformed, fingerprint, listFiles } from '../corpus/index.js';
import type { MalformedRow, SourceSpec, Study, TokenStore } from '../records.js';
import { hashOf, stageVersions } from '../store/index.js';
import { type DocumentTable, readDocumentTable } from './document-table.js';
import { loadTokenizer } from './load-tokenizer.js';
import { readTokens } from './read-tokens.js';
import { sampleTexts } from './sample.js';
import { buildTokenStore } from './token-store.js';
import type { Tokenizer } from './tokenizer.js';

export interface TokenizedSource {
  store: TokenStore;
  documents: DocumentTable;
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
  malformed(source: string, row: MalformedRow): void;
}

/**
 * @param signal aborted: reading stops at the next document, and the signal's reason is thrown
 * @throws AssayError for paths that match nothing, sources without documents, and, if the study says so, the first
 *   malformed row
 */
export async function tokenizeStudy(
  study: Study,
  listener: TokenizeListener,
  signal?: AbortSignal,
): Promise<TokenizedStudy> {
  const base = dirname(study.file);
  const reading = { base, ...(signal === undefined ? {} : { signal }) };
  const { output, onMalformed } = study.run;
  const validationSpecs: Record<string, SourceSpec> = {};
  for (const [domain, spec] of Object.entries(study.validate)) {
    if (spec.kind === 'source') validationSpecs[domain] = spec.source;
  }

  // All paths are looked at before any work is done.
  const fingerprintsOf = async (specs: Record<string, SourceSpec>, kind: string) => {
    const prints: Record<string, string> = {};
    for (const [name, spec] of Object.entries(specs)) {
      const files = await listFiles(spec, `${kind} "${name}"`);
      prints[name] = await fingerprint(spec, files, { ...reading, cacheFolder: output });
    }
    return prints;
  };
  const fingerprints = await fingerprintsOf(study.sources, 'source');
  const validationFingerprints = await fingerprintsOf(validationSpecs, 'validation source');

  const spec = study.tokenizer;
  const trained = typeof spec === 'object';
  const tokenizerName = trained
    ? `bpe-${spec.bpe}-${hashOf({ fingerprints, stage: stageVersions.tokens }).slice(0, 12)}`
    : spec;
  if (trained) listener.stage(`tokenizer: byte-level BPE, ${spec.bpe} tokens`);
  const tokenizer = await loadTokenizer(spec, join(output, 'tokenizers', tokenizerName), () =>
    sampleTexts(study.sources, reading),
  );

  const tokenize = async (
    specs: Record<string, SourceSpec>,
    prints: Record<string, string>,
  ): Promise<Record<string, TokenizedSource>> => {
    const tokenized: Record<string, TokenizedSource> = {};
    for (const [name, source] of Object.entries(specs)) {
      const report = (row: MalformedRow) => {
        if (onMalformed === 'fail') failOnMalformed(row);
        listener.malformed(name, row);
      };
      const store = await buildTokenStore({
        name,
        source,
        tokenizer,
        folder: join(output, 'tokens'),
        fingerprint: prints[name]!,
        ...reading,
        onMalformed: report,
      });
      // A store from an earlier, more tolerant study holds the rows that were skipped then.
      if (store.malformed > 0 && onMalformed === 'fail') failOnMalformed(firstMalformed(store));
      listener.stage(describe(store));
      tokenized[name] = {
        store,
        documents: await readDocumentTable(store),
        readTokens: (offset, tokens) => readTokens(store, offset, tokens),
      };
    }
    return tokenized;
  };
  return {
    tokenizer,
    sources: await tokenize(study.sources, fingerprints),
    validationSources: await tokenize(validationSpecs, validationFingerprints),
  };
}

function firstMalformed(store: TokenStore): MalformedRow {
  const [line] = readFileSync(join(store.folder, 'malformed.jsonl'), 'utf8').split('\n', 1);
  return JSON.parse(line!) as MalformedRow;
}

function describe(store: TokenStore): string {
  const malformed =
    store.malformed > 0 ? `, ${store.malformed.toLocaleString('en')} malformed rows skipped` : '';
  return `tokens: ${store.source}, ${store.documents.toLocaleString('en')} documents, ${store.tokens.toLocaleString('en')} tokens${malformed}`;
}
