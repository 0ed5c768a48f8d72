/** The word sequences that a study must not train on: those of its validation sources and of benchmark files. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ContaminationSpec, CorpusInput, SourceSpec } from '../records.js';
import { hashFile, hashOf, makeFolder, readColumns, stageVersions } from '../store/index.js';
import { benchmarkTexts, buildContaminationIndex } from './contamination/index.js';
import { listFiles, type ReadOptions, readDocuments } from './read/index.js';
import type { MeasuredSource } from './signal-tables.js';
import type { GroupSpec } from './store/index.js';

/**
 * The group that measures contamination, its index built unless it exists; none when there is nothing to look for.
 *
 * @param fingerprints of the validation sources, by domain
 */
export async function prepareContamination(
  study: CorpusInput,
  sources: Record<string, SourceSpec>,
  fingerprints: Record<string, string>,
  reading: ReadOptions,
  listener: { stage(message: string): void },
): Promise<GroupSpec[]> {
  const { benchmarks } = study.contamination;
  if (Object.keys(sources).length === 0 && benchmarks.length === 0) return [];
  const files = [];
  if (benchmarks.length > 0) {
    const paths = await listFiles({ paths: benchmarks, text: 'text' }, 'contamination: benchmarks');
    for (const path of paths) files.push(await hashFile(path));
  }
  const inputs = Object.values(fingerprints).sort();
  const hash = hashOf({ stage: stageVersions.contamination, inputs, files });
  const folder = join(study.run.output, 'contamination');
  const index = join(folder, `${hash.slice(0, 12)}.bin`);
  if (!existsSync(index)) {
    makeFolder(folder);
    listener.stage('contamination: 13-grams of the validation sources and benchmarks');
    await buildContaminationIndex(texts(sources, benchmarks, reading), index);
  }
  return [{ group: 'contamination', index, hash }];
}

async function* texts(
  sources: Record<string, SourceSpec>,
  benchmarks: string[],
  reading: ReadOptions,
): AsyncIterable<{ text: string }> {
  // Malformed rows are told of when the source itself is measured.
  for (const [name, source] of Object.entries(sources)) yield* readDocuments(name, source, () => {}, reading);
  yield* benchmarkTexts(benchmarks);
}

/**
 * How much of every training document was found in what must not be trained on; undefined when nothing was looked for,
 * or is to be left out.
 *
 * @param sources by name
 */
export async function contaminationShares(
  { maximum }: ContaminationSpec,
  sources: Record<string, Pick<MeasuredSource, 'signals'>>,
): Promise<{ maximum: number; shares: Record<string, Float64Array> } | undefined> {
  if (maximum === undefined) return undefined;
  const shares: Record<string, Float64Array> = {};
  for (const [name, { signals }] of Object.entries(sources)) {
    const table = signals.find(({ columns }) => columns.some((column) => column.name === 'contamination'));
    if (table === undefined) return undefined;
    shares[name] = (await readColumns(table.path, { numbers: ['contamination'] })).contamination;
  }
  return { maximum, shares };
}
