/** Duplicate clusters over all sources of a study, as one more table of signals beside each source's own. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CorpusStore } from '../records.js';
import { ColumnWriter, hashOf, readColumns, stageVersions } from '../store/index.js';
import { clusterDuplicates, duplicateColumns } from './duplicates/index.js';
import type { SignalTable } from './signal-tables.js';
import { groupPaths, signalGroup } from './store/index.js';

type Tables = Record<string, SignalTable>;

/**
 * The tables of all sources, made unless they exist. Clusters depend on every source, so a study with other sources
 * has other tables; the signatures that they are made from stay.
 *
 * @param sources training sources, by name
 * @param validationSources sources of validation domains, by domain
 */
export async function duplicateTables(
  sources: Record<string, CorpusStore>,
  validationSources: Record<string, CorpusStore>,
): Promise<{ sources: Tables; validationSources: Tables }> {
  // A folder that both train and validate is one source.
  const every = [...Object.values(sources), ...Object.values(validationSources)];
  const stores = [...new Map(every.map((store) => [store.folder, store])).values()];
  const hash = hashOf({ stage: stageVersions.duplicates, stores: stores.map((store) => store.hash).sort() });
  const pathOf = (store: CorpusStore) => join(store.folder, `duplicates-${hash.slice(0, 8)}.parquet`);
  if (!stores.every((store) => existsSync(pathOf(store)))) {
    const inputs = [];
    for (const store of stores) {
      const { id: ids } = await readColumns(join(store.folder, 'documents.parquet'), { texts: ['id'] });
      const signatures = groupPaths(store.folder, signalGroup({ group: 'minhash' })).bytes!;
      // A source of training and one of validation may bear the same name, a folder is of one alone.
      inputs.push({ name: store.folder, documents: store.documents, ids, signatures });
    }
    const clusters = await clusterDuplicates(inputs);
    for (const store of stores) {
      const table = new ColumnWriter(pathOf(store), duplicateColumns);
      const columns = clusters[store.folder]!;
      await table.add(duplicateColumns.map(({ name }) => columns[name as keyof typeof columns]));
      await table.finish();
    }
  }
  const tables = (of: Record<string, CorpusStore>): Tables =>
    Object.fromEntries(
      Object.entries(of).map(([name, store]) => [name, { path: pathOf(store), columns: duplicateColumns }]),
    );
  return { sources: tables(sources), validationSources: tables(validationSources) };
}
