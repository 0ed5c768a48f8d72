/** All sources of a study, each read once and measured once: lengths, signals, duplicates, contamination. */
import { dirname, join } from 'node:path';
import { mapValues } from '../map-values.js';
import type { CorpusInput, CorpusStore, MalformedRow, SourceSpec } from '../records.js';
import { failOnMalformed, fingerprint, listFiles, type TokenReader } from './read/index.js';
import type { MeasuredSource, SignalTable } from './signal-tables.js';
import {
  buildCorpusStore,
  documentSignals,
  firstMalformed,
  type GroupSpec,
  groupPaths,
  MeasurePool,
  signalGroup,
} from './store/index.js';
import { prepareContamination } from './study-contamination.js';
import { duplicateTables } from './study-duplicates.js';
import { prepareLanguageModels } from './study-language-models.js';

export interface MeasuredStudy {
  /** Training sources, by name. */
  sources: Record<string, MeasuredSource>;
  /** Sources of validation domains that have their own, by domain. */
  validationSources: Record<string, MeasuredSource>;
}

export interface MeasureListener {
  stage(message: string): void;
  malformed(source: string, row: MalformedRow): void;
}

export interface MeasureOptions {
  /** Threads that measure. */
  threads: number;
  /** For sources that hold tokens. */
  tokens?: TokenReader;
  /** Aborted: reading stops at the next document, and the signal's reason is thrown. */
  signal?: AbortSignal;
}

/**
 * @throws AssayError for paths that match nothing, sources without documents, and, if the study says so, the first
 *   malformed row
 */
export async function measureStudy(
  study: CorpusInput,
  listener: MeasureListener,
  { threads, tokens, signal }: MeasureOptions,
): Promise<MeasuredStudy> {
  const reading = { base: dirname(study.file), ...(tokens && { tokens }), ...(signal && { signal }) };
  const { output, onMalformed } = study.run;
  const validationSpecs = validationSources(study);

  // All paths are looked at before any work is done.
  const fingerprints = await fingerprintsOf(study.sources, 'source', { ...reading, cacheFolder: output });
  const validationPrints = await fingerprintsOf(validationSpecs, 'validation source', {
    ...reading,
    cacheFolder: output,
  });

  // What some signals need first: language models, and the word sequences that must not be trained on.
  const models = await prepareLanguageModels(study, fingerprints, reading, listener);
  const contamination = await prepareContamination(
    study,
    validationSpecs,
    validationPrints,
    reading,
    listener,
  );

  const pool = new MeasurePool(threads);
  try {
    const measure = async (
      specs: Record<string, SourceSpec>,
      prints: Record<string, string>,
      groups: GroupSpec[],
    ) => {
      const stores: Record<string, CorpusStore> = {};
      for (const [name, source] of Object.entries(specs)) {
        const corpus = await buildCorpusStore({
          name,
          source,
          folder: join(output, 'corpus'),
          fingerprint: prints[name]!,
          groups,
          pool,
          ...reading,
          onMalformed(row) {
            if (onMalformed === 'fail') failOnMalformed(row);
            listener.malformed(name, row);
          },
        });
        // A store from an earlier, more tolerant study holds the rows that were skipped then.
        if (corpus.malformed > 0 && onMalformed === 'fail') failOnMalformed(firstMalformed(corpus));
        listener.stage(describe(corpus));
        stores[name] = corpus;
      }
      return stores;
    };
    const groups = [...defaultGroups(study), ...contamination, ...models];
    const stores = await measure(study.sources, fingerprints, groups);
    const validationStores = await measure(validationSpecs, validationPrints, [{ group: 'minhash' }]);

    // Near duplicates are a matter of all sources together.
    const duplicates = await duplicateTables(stores, validationStores);
    return {
      sources: mapValues(stores, (corpus, name) => {
        const table = duplicates.sources[name]!;
        return { corpus, signals: [...tablesOf(corpus, groups), table], duplicates: table.path };
      }),
      validationSources: mapValues(validationStores, (corpus, name) => {
        const table = duplicates.validationSources[name]!;
        return { corpus, signals: [...tablesOf(corpus, []), table], duplicates: table.path };
      }),
    };
  } finally {
    await pool.close();
  }
}

/** What every study measures, and what its conditions name. */
function defaultGroups(study: CorpusInput): GroupSpec[] {
  const { repetition, language } = study.signals;
  const conditions = conditionsOf(study).join('\n');
  const profiles = new Set(repetition);
  for (const profile of ['datatrove', 'dolma'] as const)
    if (conditions.includes(`${profile}_`)) profiles.add(profile);
  return [
    ...[...profiles].map((profile): GroupSpec => ({ group: 'repetition', profile })),
    { group: 'quality' },
    { group: 'minhash' },
    ...(language || /\blanguage(_score)?\b/.test(conditions) ? [{ group: 'language' } as const] : []),
  ];
}

function conditionsOf(study: CorpusInput): string[] {
  return [
    ...Object.values(study.parts).flatMap(({ where }) => where),
    ...Object.values(study.recipes).flatMap(({ sources }) =>
      Object.values(sources).flatMap(({ where }) => where),
    ),
  ];
}

function validationSources(study: CorpusInput): Record<string, SourceSpec> {
  return Object.fromEntries(
    Object.entries(study.validate).flatMap(([domain, spec]) =>
      spec.kind === 'source' ? [[domain, spec.source] as const] : [],
    ),
  );
}

async function fingerprintsOf(
  specs: Record<string, SourceSpec>,
  kind: string,
  options: Parameters<typeof fingerprint>[2],
): Promise<Record<string, string>> {
  const prints: Record<string, string> = {};
  for (const [name, spec] of Object.entries(specs)) {
    prints[name] = await fingerprint(spec, await listFiles(spec, `${kind} "${name}"`), options);
  }
  return prints;
}

function tablesOf(corpus: CorpusStore, groups: GroupSpec[]): SignalTable[] {
  const tables: SignalTable[] = [
    { path: join(corpus.folder, 'documents.parquet'), columns: documentSignals },
  ];
  if (corpus.columns.length > 0)
    tables.push({ path: join(corpus.folder, 'columns.parquet'), columns: corpus.columns });
  for (const spec of groups) {
    const group = signalGroup(spec);
    const { columns: path } = groupPaths(corpus.folder, group);
    if (path !== undefined) tables.push({ path, columns: group.columns });
  }
  return tables;
}

function describe({ source, documents, bytes, malformed }: CorpusStore): string {
  const skipped = malformed > 0 ? `, ${malformed.toLocaleString('en')} malformed rows skipped` : '';
  return `corpus: ${source}, ${documents.toLocaleString('en')} documents, ${(bytes / 1e6).toFixed(1)} MB${skipped}`;
}
