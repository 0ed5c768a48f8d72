/** The language models of a study: trained on its own sources once, or taken from files. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError } from '../errors.js';
import type { CorpusInput, LanguageModelSpec } from '../records.js';
import { hashFile, hashOf, makeFolder, stageVersions } from '../store/index.js';
import { trainLanguageModel, writeLanguageModel } from './language-model/index.js';
import { type ReadOptions, readDocuments } from './read/index.js';
import type { GroupSpec } from './store/index.js';

/**
 * A group for each model; models that are not there yet are trained, on whole sources.
 *
 * @param fingerprints of the training sources, by name
 * @throws AssayError for a file that is absent or no model, and for text that no model can be estimated from
 */
export async function prepareLanguageModels(
  study: CorpusInput,
  fingerprints: Record<string, string>,
  reading: ReadOptions,
  listener: { stage(message: string): void },
): Promise<GroupSpec[]> {
  const groups: GroupSpec[] = [];
  for (const [name, spec] of Object.entries(study.languageModels)) {
    const model = 'path' in spec ? await given(name, spec.path) : await trained(name, spec);
    groups.push({ group: 'perplexity', name, ...model });
  }
  return groups;

  async function trained(name: string, { train, order }: Extract<LanguageModelSpec, { train: string[] }>) {
    const inputs = train.map((source) => fingerprints[source]!);
    const hash = hashOf({ stage: stageVersions.languageModels, order, inputs });
    const folder = join(study.run.output, 'language-models');
    const path = join(folder, `${name}-${hash.slice(0, 12)}.lm`);
    if (!existsSync(path)) {
      makeFolder(folder);
      listener.stage(`language model: ${name}, ${order}-grams of ${train.join(', ')}`);
      const { model, words } = await trainLanguageModel(texts(train), { order, discountFallback: true });
      await writeLanguageModel(path, model);
      listener.stage(`language model: ${name}, ${words.toLocaleString('en')} words`);
    }
    return { path, hash };
  }

  async function* texts(sources: string[]): AsyncIterable<string> {
    for (const source of sources) {
      // Malformed rows are told of when the source itself is measured.
      for await (const { text } of readDocuments(source, study.sources[source]!, () => {}, reading))
        yield text;
    }
  }
}

async function given(name: string, path: string): Promise<{ path: string; hash: string }> {
  if (existsSync(path)) return { path, hash: await hashFile(path) };
  throw new AssayError(`language model "${name}"`, `${path} does not exist`, {
    expected: 'a model that `assay lm train` wrote, or an ARPA file',
    fix: 'Correct the path.',
  });
}
